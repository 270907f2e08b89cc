package dev.wal.it.join;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** How the application under test speaks with the harness: lines on its output, commands on its input. Safe for use by several threads. */
final class Pipe {
    /** Begins each line that is meant for the harness. */
    static final String SAYS = "@ ";

    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

    /** The line is in the pipe when this returns: it is read also when the process is killed then. */
    void say(String line) {
        try {
            out.write((SAYS + line.replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Obeys commands in a thread of its own. The process ends when its input does, as when the harness has ended, in whatever way. */
    void obey(Consumer<String> commands) {
        new Thread(() -> read(commands), "commands").start();
    }

    private static void read(Consumer<String> commands) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                commands.accept(line);
            }
        } catch (IOException e) {
            // The input has ended, too.
        }
        Runtime.getRuntime().halt(1);
    }
}
