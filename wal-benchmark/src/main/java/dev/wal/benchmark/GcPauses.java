package dev.wal.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** When collections stopped all threads, as the JVM's flight recorder tells, in the time of {@link System#nanoTime}. For one thread. */
final class GcPauses implements Closeable {
    private static final String EVENT = "jdk.GCPhasePause";

    private final Recording recording = new Recording();
    private final Instant startInstant;
    private final long startNanos;
    private List<Pause> pauses = List.of();

    private record Pause(long start, long end) {}

    GcPauses() {
        recording.enable(EVENT).withThreshold(Duration.ZERO);
        recording.start();
        startInstant = Instant.now();
        startNanos = System.nanoTime();
    }

    /** Takes over what was recorded so far; before anything is asked. */
    void read() throws IOException {
        Path file = Files.createTempFile("pauses", ".jfr");
        try {
            recording.dump(file);
            List<Pause> found = new ArrayList<>();
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                long start = startNanos
                        + Duration.between(startInstant, event.getStartTime()).toNanos();
                found.add(new Pause(start, start + event.getDuration().toNanos()));
            }
            pauses = found;
        } finally {
            Files.delete(file);
        }
    }

    /** Nanoseconds between two moments without pauses. */
    long without(long start, long end) {
        long nanos = end - start;
        for (Pause pause : pauses) {
            nanos -= Math.max(0, Math.min(end, pause.end) - Math.max(start, pause.start));
        }
        return nanos;
    }

    /** The longest pause that began between two moments, in nanoseconds. */
    long longest(long start, long end) {
        return pauses.stream()
                .filter(pause -> pause.start >= start && pause.start < end)
                .mapToLong(pause -> pause.end - pause.start)
                .max()
                .orElse(0);
    }

    @Override
    public void close() {
        recording.close();
    }
}
