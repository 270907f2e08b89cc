package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.record.WalChange;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.boot.autoconfigure.WalListenerAutoConfiguration;
import dev.wal.spring.listener.WalListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/** The recipe that takes over what is left in an outbox table. */
class OutboxMigrationTests {
    private static final Path PAGE = Path.of("..", "docs", "beside-a-database.md");
    private static final Path CODE =
            Path.of("src", "test", "java", "dev", "wal", "spring", "join", "OutboxMigration.java");

    @TempDir
    Path directory;

    @Test
    void eachMessageThatWasLeftIsHandedOnInOrder() throws InterruptedException {
        try (JoinedApplication application = JoinedApplication.start(
                directory, JoinedApplication.newDatabase(), WithListener.class, "wal.transaction.join=prepared")) {
            application.rows.execute("create table outbox (id bigint primary key, payload varchar(100))");
            for (long id = 1; id <= 250; id++) {
                application.rows.update("insert into outbox values (?, ?)", id, "message " + id);
            }
            OutboxMigration migration = application.context.getBean(OutboxMigration.class);
            assertThat(migration.moveSome()).isTrue();
            application.database.beforeCommit = () -> {
                application.database.beforeCommit = HookedDataSource.Hook.NOTHING;
                throw new SQLException("the database refuses once", "40001");
            };
            assertThatThrownBy(migration::moveSome).isInstanceOf(RuntimeException.class);

            while (migration.moveSome()) {
                // Some more are left.
            }

            assertThat(application.rows.queryForObject("select count(*) from outbox", Integer.class))
                    .isZero();
            BlockingQueue<Long> handedOn = application.context.getBean(Consumer.class).handedOn;
            List<Long> ids = new ArrayList<>();
            while (ids.size() < 250) {
                ids.add(handedOn.poll(30, TimeUnit.SECONDS));
            }
            assertThat(ids).isEqualTo(LongStream.rangeClosed(1, 250).boxed().toList());
        }
    }

    @Test
    void thePageShowsWhatIsTested() throws IOException {
        String code = Files.readString(CODE);

        assertThat(Files.readString(PAGE))
                .contains("```java\n" + code.substring(code.indexOf("class OutboxMigration")) + "```");
    }

    static class Consumer {
        final BlockingQueue<Long> handedOn = new LinkedBlockingQueue<>();

        @WalListener(id = "outbox", tables = "outbox")
        public void on(WalChange change) {
            handedOn.add(change.rowId());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    @ImportAutoConfiguration(WalListenerAutoConfiguration.class)
    static class WithListener {

        @Bean
        Consumer consumer() {
            return new Consumer();
        }

        @Bean
        OutboxMigration outboxMigration(JdbcTemplate jdbc, WalTemplate wal) {
            return new OutboxMigration(jdbc, wal);
        }
    }
}
