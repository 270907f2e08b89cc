package dev.wal.it.join;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.JdbcTemplate;

/** A PostgreSQL server of this test alone. */
final class CrashingPostgres implements CrashingDatabase {
    /** Far more than a slow machine needs. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    private static final Duration END_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

    private final Path directory;
    private EmbeddedPostgres server;

    private CrashingPostgres(Path directory) {
        this.directory = directory;
    }

    static CrashingPostgres start(Path directory) throws IOException {
        CrashingPostgres postgres = new CrashingPostgres(directory);
        postgres.server = postgres.builder().setPort(Ports.free()).start();
        return postgres;
    }

    private EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setPGStartupWait(START_TIMEOUT)
                // Both are off by default in this packaging.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "60")
                .setServerConfig("shared_buffers", "32MB")
                // Connections come by TCP. The lock file of a socket would outlive a kill.
                .setServerConfig("unix_socket_directories", "")
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD);
    }

    /** Kills the server and all processes that work for connections. The first is stopped meanwhile, so that it starts no more of them. */
    @Override
    public void kill() throws IOException, InterruptedException {
        ProcessHandle postmaster = ProcessHandle.of(postmasterId()).orElseThrow();
        signal("-STOP", postmaster);
        List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
        all.add(postmaster);
        for (ProcessHandle process : all) {
            process.destroyForcibly();
        }
        Awaitility.await("the server ends")
                .atMost(END_TIMEOUT)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL_INTERVAL)
                .until(() -> all.stream().allMatch(Zombies::isGone));
        // A server that starts takes a zombie of the id in this file for another server.
        Files.delete(postmasterFile());
    }

    private long postmasterId() throws IOException {
        return Long.parseLong(Files.readAllLines(postmasterFile()).get(0).strip());
    }

    private Path postmasterFile() {
        return directory.resolve("postmaster.pid");
    }

    private static void signal(String signal, ProcessHandle process) throws IOException, InterruptedException {
        int result = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (result != 0) {
            throw new IOException("kill " + signal + " " + process.pid() + " failed with " + result);
        }
    }

    @Override
    public void restart() throws IOException {
        int port = server.getPort();
        server.close();
        server = builder().setPort(port).start();
    }

    @Override
    public String url() {
        return server.getJdbcUrl(user(), "postgres");
    }

    @Override
    public String user() {
        return "postgres";
    }

    @Override
    public String deferred() {
        return "deferrable initially deferred";
    }

    @Override
    public JdbcTemplate sql() {
        DataSource database = server.getPostgresDatabase();
        return new JdbcTemplate(database);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
