package dev.wal.proof;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the log in a directory as it is told to on its input: {@code live} and a {@link Run} opens it and writes until it ends, {@code go} lets go on a thread that is held. Tells of each step, see {@link Report}.
 * Ends with its input.
 */
final class WriterProgram {
    private WriterProgram() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Report report = new Report(new FileOutputStream(FileDescriptor.out));
        @Nullable Gate gate = null;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            List<String> words = List.of(line.split(" "));
            if (words.get(0).equals("live")) {
                Run run = Run.of(words.subList(1, words.size()));
                gate = new Gate(run.moment(), run.number(), report);
                Writer writer = new Writer(directory, run, gate);
                new Thread(writer, "writer").start();
            } else if (gate != null) {
                gate.goOn();
            }
        }
        // Whoever would end it is gone.
        Runtime.getRuntime().halt(3);
    }
}
