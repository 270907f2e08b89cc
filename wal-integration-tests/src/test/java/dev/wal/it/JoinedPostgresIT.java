package dev.wal.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.record.WalChange;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.listener.WalListener;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The log joined to transactions of PostgreSQL: one outcome for both. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JoinedPostgresIT {
    @RegisterExtension
    static final Postgres POSTGRES =
            new Postgres("wal.transaction.join=prepared", "wal.transaction.marker.initialize-schema=always");

    @TempDir
    Path directory;

    private ConfigurableApplicationContext application;
    private BothTransactions in;
    private JdbcTemplate rows;
    private DurableMap<Long, String> map;

    @BeforeEach
    void start() {
        open();
        rows.execute("create table if not exists item (id bigint primary key)");
        rows.execute("delete from item");
        rows.execute("create table if not exists parent (id bigint primary key)");
        rows.execute("create table if not exists child (id bigint primary key,"
                + " parent bigint references parent deferrable initially deferred)");
    }

    @SuppressWarnings("unchecked") // The only map of the application.
    private void open() {
        application = Applications.start(directory, Application.class, POSTGRES.properties());
        in = application.getBean(BothTransactions.class);
        rows = application.getBean(JdbcTemplate.class);
        map = application.getBean(DurableMap.class);
    }

    @AfterEach
    void stop() {
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        application.close();
    }

    @Test
    void tablesAndMapsAreCommittedTogetherAndHandedOn() throws Exception {
        in.plain(() -> {
            insert(1);
            return map.put(1L, "both");
        });

        assertThat(ids()).containsExactly(1L);
        assertThat(map.get(1L)).isEqualTo("both");
        assertThat(application.getBean(HandedOn.class).tables.poll(30, TimeUnit.SECONDS))
                .isEqualTo("map");
    }

    @Test
    void tablesAndMapsAreRolledBackTogether() {
        assertThatThrownBy(() -> in.plain(() -> {
                    insert(1);
                    map.put(1L, "gone");
                    throw new IllegalStateException("both roll back");
                }))
                .hasMessage("both roll back");

        assertThat(ids()).isEmpty();
        assertThat(map.get(1L)).isNull();
    }

    @Test
    void aNestedScopeThatFailsIsUndoneInBoth() throws Exception {
        in.plain(() -> {
            insert(1);
            assertThatThrownBy(() -> in.nested(() -> {
                        insert(2);
                        map.put(2L, "gone");
                        throw new IllegalStateException("back to the savepoint");
                    }))
                    .hasMessage("back to the savepoint");
            return map.put(1L, "stays");
        });

        assertThat(ids()).containsExactly(1L);
        assertThat(map.get(1L)).isEqualTo("stays");
        assertThat(map.get(2L)).isNull();
    }

    @Test
    void aCommitThatFailsInTheDatabaseRollsTheLogBack() throws Exception {
        assertThatThrownBy(() -> in.plain(() -> {
                    rows.update("insert into child values (1, 99)");
                    return map.put(1L, "gone");
                }))
                .isInstanceOf(DataIntegrityViolationException.class);

        // The lock of the key is let go of when it is decided.
        in.plain(() -> map.getForUpdate(1L));
        assertThat(map.get(1L)).isNull();
        assertThat(application.getBean(WalManager.class).inDoubt()).isEmpty();
    }

    @Test
    void nothingIsLeftInTheTableOfMarkersWhenTheApplicationHasStopped() throws Exception {
        for (long id = 1; id <= 20; id++) {
            long item = id;
            in.plain(() -> {
                insert(item);
                return map.put(item, "both");
            });
        }
        application.close();
        open();

        assertThat(rows.queryForObject("select count(*) from wal_marker", Integer.class))
                .isZero();
        assertThat(map.size()).isEqualTo(20);
        assertThat(ids()).hasSize(20);
    }

    private int insert(long id) {
        return rows.update("insert into item values (?)", id);
    }

    private List<Long> ids() {
        return rows.queryForList("select id from item order by id", Long.class);
    }

    static class HandedOn {
        final BlockingQueue<String> tables = new LinkedBlockingQueue<>();

        @WalListener(id = "handed-on", tables = "map")
        void on(WalChange change) {
            tables.add(change.table());
        }
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
        HandedOn handedOn() {
            return new HandedOn();
        }

        @Bean
        DurableMap<Long, String> map(DurableMaps maps) {
            return maps.map("map", Long.class, String.class);
        }
    }
}
