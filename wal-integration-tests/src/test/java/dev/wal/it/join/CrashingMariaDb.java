package dev.wal.it.join;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A MariaDB server of this test alone, from the program that is installed. */
final class CrashingMariaDb implements CrashingDatabase {
    /** Far more than a slow machine needs. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    private static final Duration END_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    private final Path program;
    private final Path directory;
    private final int port;
    private Process server;

    private CrashingMariaDb(Path program, Path directory, int port) {
        this.program = program;
        this.directory = directory;
        this.port = port;
    }

    /** The program of the server, if it is on the path. */
    static Optional<Path> program() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(path -> Path.of(path, "mariadbd"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static CrashingMariaDb start(Path program, Path directory) throws IOException, InterruptedException {
        CrashingMariaDb started =
                new CrashingMariaDb(program, Files.createDirectories(directory.resolve("data")), Ports.free());
        started.makeFiles();
        started.restart();
        return started;
    }

    /** A server that is killed soon after it has made its files would not start again. */
    private void makeFiles() throws IOException, InterruptedException {
        Process maker = run("--bootstrap");
        maker.outputWriter().close();
        if (!maker.waitFor(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS) || maker.exitValue() != 0) {
            maker.destroyForcibly();
            throw new IllegalStateException("No database could be made; see " + output());
        }
    }

    private Process run(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--no-defaults",
                "--datadir=" + directory,
                "--user=" + System.getProperty("user.name"),
                "--innodb-buffer-pool-size=32M",
                // With it, the kernel may still be at work on locked files when a killed process is gone.
                "--innodb-use-native-aio=OFF"));
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
                .start();
    }

    private Path output() {
        return directory.resolveSibling("mariadb.log");
    }

    @Override
    public void kill() throws InterruptedException {
        server.destroyForcibly();
        if (!server.waitFor(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("Process " + server.pid() + " cannot be killed");
        }
    }

    @Override
    public void restart() throws IOException {
        server = run(
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=" + directory.resolve("socket"),
                // There are no accounts in it, nor tables for them.
                "--skip-grant-tables",
                "--innodb-flush-log-at-trx-commit=1");
        // It would outlive tests that are broken off.
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
        Awaitility.await("the server answers; see " + output())
                .atMost(START_TIMEOUT)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL_INTERVAL)
                .failFast("the server ended while it started; see " + output(), () -> !server.isAlive())
                .until(this::answers);
    }

    private boolean answers() {
        try (Connection connection = DriverManager.getConnection(url(), user(), null)) {
            return connection.isValid(0);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public String url() {
        return "jdbc:mariadb://127.0.0.1:" + port + "/payments?createDatabaseIfNotExist=true";
    }

    @Override
    public String user() {
        return "root";
    }

    @Override
    public String deferred() {
        return "";
    }

    @Override
    public JdbcTemplate sql() {
        return new JdbcTemplate(new DriverManagerDataSource(url(), user(), ""));
    }

    @Override
    public void close() {
        server.destroyForcibly();
    }
}
