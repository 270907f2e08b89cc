package dev.wal.spring.modulith.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What happened in all lives of the shop, a line each, in the order in which it happened. A line is written at once, so that a killed process leaves it. */
final class Journal {
    private final FileChannel channel;

    Journal(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    void write(String event, long order) {
        ByteBuffer line = StandardCharsets.US_ASCII.encode(event + " " + order + "\n");
        try {
            while (line.hasRemaining()) {
                channel.write(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record Line(String event, long order) {}

    static List<Line> read(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.US_ASCII).stream()
                .map(line -> line.split(" ", 2))
                .map(words -> new Line(words[0], Long.parseLong(words[1])))
                .toList();
    }
}
