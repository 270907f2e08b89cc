package dev.wal.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.record.Row;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.WalTemplate;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The log beside PostgreSQL and {@code JdbcTemplate}: who gets what, and what stays when one of two transactions fails. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PostgresBesideLogIT {
    @RegisterExtension
    static final Postgres POSTGRES = new Postgres();

    @TempDir
    Path directory;

    private ConfigurableApplicationContext application;
    private BothTransactions in;
    private JdbcTemplate rows;
    private DurableMap<Long, String> map;

    @BeforeEach
    @SuppressWarnings("unchecked") // The only map of the application.
    void start() {
        application = Applications.start(directory, Application.class, POSTGRES.properties());
        in = application.getBean(BothTransactions.class);
        rows = application.getBean(JdbcTemplate.class);
        map = application.getBean(DurableMap.class);
        rows.execute("create table if not exists item (id bigint primary key)");
        rows.execute("delete from item");
    }

    @AfterEach
    void stop() {
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        application.close();
    }

    @Test
    void plainTransactionsAreOfTheDatabaseAndTheOthersOfTheLog() throws Exception {
        WalManager log = application.getBean(WalManager.class);
        DataSource database = application.getBean(DataSource.class);

        assertThat(application.getBean(PlatformTransactionManager.class)).isInstanceOf(JdbcTransactionManager.class);
        assertThat(application.getBean(TransactionTemplate.class).getTransactionManager())
                .isInstanceOf(JdbcTransactionManager.class);
        assertThat(in.plain(() -> List.of(bound(database), bound(log)))).containsExactly(true, false);
        assertThat(in.ofTheLog(() -> List.of(bound(database), bound(log)))).containsExactly(false, true);
    }

    @Test
    void aWriteInATransactionOfTheDatabaseAloneIsRefusedAndRollsItBack() {
        assertThatThrownBy(() -> in.plain(() -> {
                    insert(1);
                    return map.put(1L, "lost");
                }))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("@WalTransactional")
                .hasMessageContaining("walTemplate.execute");
        assertThatThrownBy(() -> in.plain(() -> {
                    application.getBean(WalTemplate.class).insert("t", 1, Row.of());
                    return null;
                }))
                .isInstanceOf(IllegalTransactionStateException.class);

        assertThat(ids()).isEmpty();
        assertThat(map.get(1L)).isNull();
    }

    @Test
    void bothAreThereWhenBothCommit() throws Exception {
        in.plain(() -> {
            insert(1);
            return in.ofTheLog(() -> map.put(1L, "both"));
        });

        assertThat(ids()).containsExactly(1L);
        assertThat(map.get(1L)).isEqualTo("both");
    }

    @Test
    void anInnerTransactionOfTheLogStaysWhenTheOuterOneOfTheDatabaseFails() {
        assertThatThrownBy(() -> in.plain(() -> {
                    insert(1);
                    in.ofTheLog(() -> map.put(1L, "stays"));
                    throw new IllegalStateException("the database is to roll back");
                }))
                .hasMessage("the database is to roll back");

        assertThat(ids()).isEmpty();
        assertThat(map.get(1L)).isEqualTo("stays");
    }

    @Test
    void anOuterTransactionOfTheLogRollsBackWhenTheInnerOneOfTheDatabaseFails() throws Exception {
        insert(1);

        assertThatThrownBy(() -> in.ofTheLog(() -> {
                    map.put(1L, "goes");
                    return in.plain(() -> insert(1));
                }))
                .isInstanceOf(DuplicateKeyException.class);

        assertThat(ids()).containsExactly(1L);
        assertThat(map.get(1L)).isNull();
    }

    @Test
    void anInnerTransactionOfTheDatabaseStaysWhenTheOuterOneOfTheLogFails() {
        assertThatThrownBy(() -> in.ofTheLog(() -> {
                    map.put(1L, "goes");
                    in.plain(() -> insert(1));
                    throw new IllegalStateException("the log is to roll back");
                }))
                .hasMessage("the log is to roll back");

        assertThat(ids()).containsExactly(1L);
        assertThat(map.get(1L)).isNull();
    }

    @Test
    void statementsInsideAnInnerTransactionOfTheLogStillBelongToTheOuterOneOfTheDatabase() {
        assertThatThrownBy(() -> in.plain(() -> {
                    in.ofTheLog(() -> insert(1));
                    throw new IllegalStateException("the database is to roll back");
                }))
                .hasMessage("the database is to roll back");

        assertThat(ids()).isEmpty();
    }

    @Test
    void theSavepointsOfTheOneDoNotTouchTheOther() throws Exception {
        in.plain(() -> {
            insert(1);
            assertThatThrownBy(() -> in.nested(() -> {
                        insert(2);
                        in.ofTheLog(() -> map.put(2L, "stays"));
                        throw new IllegalStateException("back to the savepoint");
                    }))
                    .hasMessage("back to the savepoint");
            return null;
        });

        assertThat(ids()).containsExactly(1L);
        assertThat(map.get(2L)).isEqualTo("stays");
    }

    @Test
    void aCommitOfTheDatabaseThatFailsLateLeavesTheInnerTransactionOfTheLog() {
        rows.execute("create table if not exists parent (id bigint primary key)");
        rows.execute("create table if not exists child (id bigint primary key,"
                + " parent bigint references parent deferrable initially deferred)");

        assertThatThrownBy(() -> in.plain(() -> {
                    rows.update("insert into child values (1, 99)");
                    return in.ofTheLog(() -> map.put(1L, "stays"));
                }))
                .isInstanceOf(DataIntegrityViolationException.class);

        assertThat(map.get(1L)).isEqualTo("stays");
    }

    private int insert(long id) {
        return rows.update("insert into item values (?)", id);
    }

    private List<Long> ids() {
        return rows.queryForList("select id from item order by id", Long.class);
    }

    private static boolean bound(Object resource) {
        return TransactionSynchronizationManager.hasResource(resource);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            exclude = {HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class})
    static class Application {
        @Bean
        BothTransactions bothTransactions() {
            return new BothTransactions();
        }

        @Bean
        DurableMap<Long, String> map(DurableMaps maps) {
            return maps.map("map", Long.class, String.class);
        }
    }
}
