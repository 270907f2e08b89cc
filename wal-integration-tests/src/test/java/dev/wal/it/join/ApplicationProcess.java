package dev.wal.it.join;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@link JoinedApplication} that was started. What it says is read by a thread of its own; waits are bounded. For one thread. */
final class ApplicationProcess implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 120;
    private static final int TAIL_LINES = 60;
    private static final String GONE = "gone";

    private final Process process;
    private final Told told;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final Deque<String> tail = new ConcurrentLinkedDeque<>();
    private final Thread reader = new Thread(this::read, "output of the application");
    private Map<Long, Long> entries = Map.of();
    private Map<Long, Long> rows = Map.of();

    private ApplicationProcess(Process process, Told told) {
        this.process = process;
        this.told = told;
    }

    /**
     * Starts it.
     *
     * @param configuration {@link JdbcApplication}, {@link JpaApplication}, {@link MariaDbApplication} or {@link H2Application}
     * @param told hears what it says about payments
     */
    static ApplicationProcess start(Class<?> configuration, Path log, StopAt stop, Told told, List<String> properties)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx192m",
                // A process that lives for seconds is not worth compiling well.
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                JoinedApplication.class.getName(),
                configuration.getName(),
                log.toString(),
                stop.step() == null ? "" : stop.step().name(),
                Integer.toString(stop.passes())));
        command.addAll(properties);
        ApplicationProcess started = new ApplicationProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start(), told);
        started.reader.setDaemon(true);
        started.reader.start();
        return started;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(line);
            }
        } catch (IOException e) {
            // The output is closed when the process is killed.
        } finally {
            said.add(GONE);
        }
    }

    private void hear(String line) {
        if (!line.startsWith(Pipe.SAYS)) {
            tail.add(line);
            if (tail.size() > TAIL_LINES) {
                tail.poll();
            }
        } else if (!told.hear(line.substring(Pipe.SAYS.length()))) {
            said.add(line.substring(Pipe.SAYS.length()));
        }
    }

    /** Waits until it says something that begins with one of these words. */
    String await(String... words) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (true) {
            String line = said.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line != null && line.startsWith("entries")) {
                entries = parse(line);
            }
            if (line != null && line.startsWith("rows")) {
                rows = parse(line);
            }
            if (line != null && Stream.of(words).anyMatch(line::startsWith)) {
                return line;
            }
            if (line == null || line.startsWith("refused") || line.equals(GONE)) {
                throw new AssertionError("Instead of " + List.of(words) + " the application says " + line
                        + "; what it printed last:\n" + String.join("\n", tail));
            }
        }
    }

    /** Whether it has said this by now. */
    boolean hasSaid(String word) {
        return said.stream().anyMatch(line -> line.startsWith(word));
    }

    private static Map<Long, Long> parse(String line) {
        Map<Long, Long> all = new TreeMap<>();
        Stream.of(line.split(" ")).skip(1).forEach(entry -> {
            int equals = entry.indexOf('=');
            all.put(Long.parseLong(entry.substring(0, equals)), Long.parseLong(entry.substring(equals + 1)));
        });
        return all;
    }

    /** What its map held when it was last told. */
    Map<Long, Long> entries() {
        return entries;
    }

    /** What its table held when it was last told; only of a database that nobody else can ask. */
    Map<Long, Long> rows() {
        return rows;
    }

    void command(String command) throws IOException {
        Writer input = process.outputWriter(StandardCharsets.UTF_8);
        input.write(command + "\n");
        input.flush();
    }

    /** Kills it. All that it has said is heard when this returns. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(
                    "Process " + process.pid() + " does not end; what it printed last:\n" + String.join("\n", tail));
        }
        reader.join(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
