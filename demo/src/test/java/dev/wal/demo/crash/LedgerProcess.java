package dev.wal.demo.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The ledger in a process of its own, from its jar, on a free port. */
final class LedgerProcess implements Ledger {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration END_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
    private static final Pattern PORT = Pattern.compile("Tomcat started on port ([0-9]+) ");
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
        long before = Files.exists(output) ? Files.size(output) : 0;
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
                        "--server.port=0",
                        "--wal.segment.size=1MB",
                        "--wal.durability.level=" + level)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        // It does not listen to its input, as a service does not: it would outlive tests that are broken off.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        try {
            return new LedgerProcess(process, awaitServing(process, output, before));
        } catch (Throwable e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Where it serves: it takes a port that is free when it takes it, and prints it behind what is in the output. */
    private static URI awaitServing(Process process, Path output, long before) {
        AtomicReference<URI> address = new AtomicReference<>();
        Awaitility.await("the ledger serves")
                .atMost(START_TIMEOUT)
                .pollInterval(POLL_INTERVAL)
                .failFast("the ledger ended while it started", () -> !process.isAlive())
                .until(() -> {
                    if (address.get() == null) {
                        address.set(printedAddress(output, before));
                    }
                    return address.get() != null && new LedgerClient(address.get()).isUp();
                });
        return address.get();
    }

    private static @Nullable URI printedAddress(Path output, long before) throws IOException {
        String printed;
        try (InputStream in = Files.newInputStream(output)) {
            in.skipNBytes(before);
            printed = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Matcher port = PORT.matcher(printed);
        return port.find() ? URI.create("http://localhost:" + port.group(1)) : null;
    }

    @Override
    public URI address() {
        return address;
    }

    @Override
    public void kill() throws InterruptedException {
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
