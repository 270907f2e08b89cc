package dev.wal.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A {@link PaymentsApplication} that was started. What it says is read by a thread of its own: who waits for it waits no longer than it says. */
final class ConsumerProcess implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 120;
    private static final String ENDED = "ended";

    private final Process process;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    private ConsumerProcess(Process process) {
        this.process = process;
    }

    static ConsumerProcess start(String broker, Path directory) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PaymentsApplication.class.getName(),
                        broker,
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ConsumerProcess started = new ConsumerProcess(process);
        Thread reader = new Thread(started::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
        return started;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(PaymentsApplication.SAYS)) {
                    said.add(line.substring(PaymentsApplication.SAYS.length()));
                }
            }
        } catch (IOException e) {
            // The output is closed when the process is killed.
        } finally {
            said.add(ENDED);
        }
    }

    /** Waits until it has said as many such lines. */
    void await(int count, Predicate<String> line) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        for (int found = 0; found < count; ) {
            String next = said.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null || next.equals(ENDED)) {
                throw new AssertionError(
                        "The consumer " + (next == null ? "is late" : "ended") + " after " + found + " of " + count);
            }
            if (line.test(next)) {
                found++;
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

    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("Process " + process.pid() + " does not end");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
