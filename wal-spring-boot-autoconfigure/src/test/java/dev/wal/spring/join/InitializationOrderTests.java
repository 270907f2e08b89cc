package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ClassPathResource;

/** The log asks the table of markers when it is opened, which must be there by then, whoever makes it. */
class InitializationOrderTests {
    @TempDir
    Path directory;

    /** Where the transaction in doubt is marked once a migration or a script has run. */
    private final String url = JoinedApplication.newDatabase();

    private KilledLog killed;

    @BeforeEach
    void kill() {
        killed = KilledLog.inDoubt(directory, JoinedApplication.newDatabase(), true);
    }

    @Test
    void theTableIsMissingUnlessSomebodyMakesIt() {
        assertThatThrownBy(() -> start(JoinedApplication.Application.class)).hasStackTraceContaining("wal_marker");
    }

    @Test
    void aMigrationOfFlywayComesFirst() throws IOException {
        try (JoinedApplication application = start(
                WithFlyway.class,
                "test.script=" + script(),
                "spring.flyway.baseline-on-migrate=true",
                "spring.flyway.baseline-version=0")) {
            assertThat(application.map.get(1L)).isEqualTo("one");
        }
    }

    @Test
    void aChangeOfLiquibaseComesFirst() throws IOException {
        Path file = Files.writeString(
                directory.resolve("changes.sql"), "--liquibase formatted sql\n--changeset wal:markers\n" + script());
        try (JoinedApplication application =
                start(WithLiquibase.class, "spring.liquibase.change-log=" + file.toUri())) {
            assertThat(application.map.get(1L)).isEqualTo("one");
        }
    }

    @Test
    void aScriptThatSpringBootRunsComesFirst() throws IOException {
        Path file = Files.writeString(directory.resolve("schema.sql"), script());
        try (JoinedApplication application = start(
                JoinedApplication.Application.class,
                "spring.sql.init.mode=always",
                "spring.sql.init.schema-locations=" + file.toUri())) {
            assertThat(application.map.get(1L)).isEqualTo("one");
        }
    }

    @Test
    void theTableIsCreatedFirstIfThatIsAskedFor() {
        try (JoinedApplication application = JoinedApplication.start(
                killed.directory(),
                url,
                "wal.transaction.join=PREPARED",
                "wal.transaction.marker.initialize-schema=always")) {
            assertThat(application.map.get(1L)).isNull();
        }
    }

    private JoinedApplication start(Class<?> configuration, String... properties) {
        String[] all = new String[properties.length + 2];
        System.arraycopy(properties, 0, all, 2, properties.length);
        all[0] = "wal.transaction.join=prepared";
        all[1] = "wal.transaction.marker.initialize-schema=never";
        return JoinedApplication.start(killed.directory(), url, configuration, all);
    }

    /** Makes the table with the published script, and says that the transaction has committed. */
    private String script() throws IOException {
        String table = new ClassPathResource("dev/wal/spring/marker/schema-h2.sql")
                .getContentAsString(java.nio.charset.StandardCharsets.UTF_8);
        return table + "insert into wal_marker (log_id, transaction_id, outcome) values (" + killed.logId() + ", "
                + killed.transactionId() + ", 'C');";
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    @ImportAutoConfiguration(LiquibaseAutoConfiguration.class)
    static class WithLiquibase {}

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    @ImportAutoConfiguration(FlywayAutoConfiguration.class)
    static class WithFlyway {

        @Bean
        JavaMigration tableOfMarkers(Environment environment) {
            return new V1__Markers(environment.getRequiredProperty("test.script"));
        }
    }

    /** Its name is what Flyway reads the version from. */
    @SuppressWarnings("checkstyle:TypeName")
    static class V1__Markers extends BaseJavaMigration {
        private final String script;

        V1__Markers(String script) {
            this.script = script;
        }

        @Override
        public void migrate(Context context) throws Exception {
            try (Statement statement = context.getConnection().createStatement()) {
                statement.execute(script);
            }
        }
    }
}
