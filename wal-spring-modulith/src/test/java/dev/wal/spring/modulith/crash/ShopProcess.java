package dev.wal.spring.modulith.crash;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A {@link CrashShop} that was started, with no database on its class path. */
final class ShopProcess implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 180;
    private static final String SAID = "shop: ";
    private static final String ENDED = "ended";

    private final Process process;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    private ShopProcess(Process process) {
        this.process = process;
    }

    static ShopProcess start(Path home, String stopAt, String command, long firstOrder) throws IOException {
        // A process that lives for seconds is not worth compiling well.
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-ea",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        CrashShop.class.getName(),
                        home.toString(),
                        stopAt,
                        command,
                        Long.toString(firstOrder))
                .redirectErrorStream(true)
                .start();
        ShopProcess started = new ShopProcess(process);
        Path output = home.resolve("output.log");
        Files.writeString(
                output,
                "--- " + command + " " + firstOrder + ", to stop at " + stopAt + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        Thread reader = new Thread(() -> started.read(output), "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
        return started;
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("jdbc") && !entry.contains("h2") && !entry.contains("HikariCP"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private void read(Path output) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Files.writeString(output, line + "\n", StandardOpenOption.APPEND);
                if (line.startsWith(SAID)) {
                    said.add(line.substring(SAID.length()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            said.add(ENDED);
        }
    }

    /** Waits until it says so. */
    void await(String line) throws InterruptedException {
        while (true) {
            String next = said.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (next == null || next.equals(ENDED)) {
                throw new AssertionError(
                        "The shop " + (next == null ? "is late" : "ended") + ", and did not say '" + line + "'");
            }
            if (next.equals(line)) {
                return;
            }
        }
    }

    /** As when the process that started it ends, in whatever way. */
    void closeInput() throws IOException {
        process.getOutputStream().close();
    }

    /** Ends it as a crash does: it is told nothing, and completes nothing. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("Process " + process.pid() + " does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The last lines that all lives printed. */
    static String tail(Path home) throws IOException {
        List<String> lines = Files.readAllLines(home.resolve("output.log"));
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 80), lines.size()));
    }
}
