package dev.wal.proof;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link WriterProgram} in a process of its own. For one thread. */
final class WriterProcess implements AutoCloseable {
    private static final long SECONDS_BETWEEN_STACKS = 10;

    private final Process process;
    private final Thread listener;
    private volatile @Nullable Life life;

    private WriterProcess(Process process) {
        this.process = process;
        this.listener = new Thread(this::listen, "listener");
        listener.start();
    }

    /** @param log takes what the engine logs */
    static WriterProcess start(Path directory, Path log) throws IOException {
        return new WriterProcess(new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-ea",
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WriterProgram.class.getName(),
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start());
    }

    private void listen() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Life current = life;
                if (current != null) {
                    current.told(line);
                }
            }
        } catch (IOException e) {
            // It was killed.
        } finally {
            Life current = life;
            if (current != null) {
                current.end();
            }
        }
    }

    /** Has it open the log; the one before must have been ended. */
    Life live(Run run) throws IOException {
        Life begun = new Life();
        life = begun;
        List<String> words = new ArrayList<>(List.of("live"));
        words.addAll(run.arguments());
        say(String.join(" ", words));
        return begun;
    }

    /** Lets go on who is held. */
    void goOn() throws IOException {
        say("go");
    }

    private void say(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        in.flush();
    }

    /** What its threads do, and what they do some seconds later: those that wait for each other are where they were, and those that only get no time have gone on. */
    String threads() throws InterruptedException {
        String now = threadsNow();
        process.waitFor(SECONDS_BETWEEN_STACKS, TimeUnit.SECONDS);
        return now + "\n\n" + SECONDS_BETWEEN_STACKS + " s later:\n" + threadsNow();
    }

    private String threadsNow() {
        Path jstack = Path.of(System.getProperty("java.home"), "bin", "jstack");
        try {
            return Commands.run(jstack.toString(), "-l", String.valueOf(process.pid()));
        } catch (IOException notToBeHad) {
            return notToBeHad.toString();
        }
    }

    /** Ends it as a crash does. All that it told before is known when this returns. */
    void kill() throws InterruptedException {
        // Not by the process itself, which would also close the pipe, with what is still in it.
        process.toHandle().destroyForcibly();
        if (!process.waitFor(Life.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Process " + process.pid() + " cannot be killed");
        }
        listener.join(TimeUnit.SECONDS.toMillis(Life.PATIENCE_SECONDS));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
