package dev.wal.demo.crash;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** The ledger in a container, from its jar; its files are in the directory /data. */
final class LedgerContainer implements Ledger {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
    private static final int STOP_SECONDS = 100;

    private final String id;

    private LedgerContainer(String id) {
        this.id = id;
    }

    /**
     * Begins to start it.
     *
     * @param options of the container, among them what is at /data
     * @param arguments of the application
     */
    static LedgerContainer begin(List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "run",
                "--detach",
                "--publish",
                "127.0.0.1::8080",
                "--env",
                "WAL_SEGMENT_SIZE=1MB",
                "--volume",
                Path.of(System.getProperty("demo.jar")).toAbsolutePath() + ":/opt/demo.jar:ro"));
        command.addAll(options);
        command.addAll(List.of(
                Docker.IMAGE,
                "java",
                "-ea",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                "/opt/demo.jar",
                "--spring.main.banner-mode=off",
                "--wal.directory=/data/wal"));
        command.addAll(List.of(arguments));
        LedgerContainer container = new LedgerContainer(Docker.ask(command.toArray(String[]::new)));
        Runtime.getRuntime().addShutdownHook(new Thread(container::close));
        return container;
    }

    /** Starts it, and returns when it serves. */
    static LedgerContainer start(List<String> options, String... arguments) throws IOException {
        LedgerContainer container = begin(options, arguments);
        try {
            container.awaitServing();
            return container;
        } catch (Throwable e) {
            System.out.println(container.output());
            container.close();
            throw e;
        }
    }

    void awaitServing() {
        Awaitility.await("the ledger serves")
                .atMost(TIMEOUT)
                .pollInterval(POLL_INTERVAL)
                .failFast("the ledger ended while it started", () -> !isRunning())
                .until(() -> new LedgerClient(address()).isUp());
    }

    void awaitOutput(String expected) {
        Awaitility.await("the ledger prints: " + expected)
                .atMost(TIMEOUT)
                .pollInterval(POLL_INTERVAL)
                .failFast("the ledger ended", () -> !isRunning())
                .until(() -> output().contains(expected));
    }

    /** Waits until it has ended by itself, and returns its exit code. */
    int awaitEnd() {
        Awaitility.await("the ledger ends")
                .atMost(TIMEOUT)
                .pollInterval(POLL_INTERVAL)
                .until(() -> !isRunning());
        return Integer.parseInt(inspect("{{.State.ExitCode}}"));
    }

    boolean isRunning() {
        return inspect("{{.State.Running}}").equals("true");
    }

    private String inspect(String format) {
        try {
            return Docker.ask("inspect", "--format", format, id);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public URI address() {
        return URI.create(
                "http://127.0.0.1:" + inspect("{{(index (index .NetworkSettings.Ports \"8080/tcp\") 0).HostPort}}"));
    }

    /** All that it has printed. */
    String output() throws IOException {
        return Docker.run("logs", id);
    }

    /** Runs a command of the shell beside it. */
    void execute(String command) throws IOException {
        Docker.run("exec", id, "sh", "-c", command);
    }

    void pause() throws IOException {
        Docker.run("pause", id);
    }

    void unpause() throws IOException {
        Docker.run("unpause", id);
    }

    /** Ends it as an operator does: it completes what it was asked for. Returns its exit code. */
    int stop() throws IOException {
        Docker.run("stop", "--time", String.valueOf(STOP_SECONDS), id);
        return awaitEnd();
    }

    @Override
    public void kill() throws IOException {
        Docker.run("kill", "--signal", "KILL", id);
        awaitEnd();
    }

    @Override
    public void close() {
        try {
            Docker.run("rm", "--force", id);
        } catch (IOException e) {
            System.err.println("A container stays behind: " + e.getMessage());
        }
    }
}
