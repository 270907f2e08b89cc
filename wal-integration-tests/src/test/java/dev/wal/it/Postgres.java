package dev.wal.it;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A PostgreSQL server of a test class: started on a free port with a directory of its own, and ended after the tests. */
final class Postgres implements BeforeAllCallback, AfterAllCallback {
    /** Far more than a slow machine needs. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    private final String[] others;
    private EmbeddedPostgres server;

    /** @param others properties of the application beside those of its data source */
    Postgres(String... others) {
        this.others = others;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        server = EmbeddedPostgres.builder()
                .setPGStartupWait(START_TIMEOUT)
                .setServerConfig("max_connections", "20")
                .setServerConfig("shared_buffers", "16MB")
                .start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String[] properties() {
        List<String> all = new ArrayList<>(List.of(others));
        all.add("spring.datasource.url=" + server.getJdbcUrl("postgres", "postgres"));
        all.add("spring.datasource.username=postgres");
        all.add("spring.datasource.hikari.maximum-pool-size=4");
        return all.toArray(String[]::new);
    }
}
