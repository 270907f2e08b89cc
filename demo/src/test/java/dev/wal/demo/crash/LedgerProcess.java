package dev.wal.demo.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The ledger in a process of its own, from its jar, on a free port. */
final class LedgerProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration END_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
    private static final int TAIL_LINES = 60;

    private final Process process;
    private final URI address;

    private LedgerProcess(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts it, and returns when it serves.
     *
     * @param home its working directory, below which its log is
     * @param level of durability
     * @param output takes what it prints, behind what is there
     */
    static LedgerProcess start(Path jar, Path home, String level, Path output) throws IOException {
        return start(jar, home, level, output, "-Dspring.aot.enabled=false");
    }

    /** With an option of the virtual machine. */
    static LedgerProcess start(Path jar, Path home, String level, Path output, String option) throws IOException {
        int port = freePort();
        // A process that lives for seconds is not worth compiling well.
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-ea",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        option,
                        "-jar",
                        jar.toAbsolutePath().toString(),
                        "--spring.main.banner-mode=off",
                        "--server.port=" + port,
                        "--wal.segment.size=1MB",
                        "--wal.durability.level=" + level)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        LedgerProcess started = new LedgerProcess(process, URI.create("http://localhost:" + port));
        try {
            started.awaitServing();
        } catch (Throwable e) {
            started.close();
            throw e;
        }
        return started;
    }

    private void awaitServing() {
        LedgerClient client = new LedgerClient(address);
        Awaitility.await("the ledger serves")
                .atMost(START_TIMEOUT)
                .pollInterval(POLL_INTERVAL)
                .failFast("the ledger ended while it started", () -> !process.isAlive())
                .until(client::isUp);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    URI address() {
        return address;
    }

    /** Ends it as a crash does: it is told nothing, and completes nothing. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("Process " + process.pid() + " cannot be killed");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The last lines that it printed. */
    static String tail(Path output) {
        try {
            List<String> lines = Files.readAllLines(output);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
