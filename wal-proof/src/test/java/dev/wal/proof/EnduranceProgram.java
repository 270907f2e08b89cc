package dev.wal.proof;

import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Opens and closes a log with a {@link MixedLoad} in it, again and again, and tells after each time what it took: {@code footprint} and its numbers, and {@code worked} and numbers of commits and of changes that
 * listeners heard of. Ends with an error if something of a closed log is left in the process.
 */
final class EnduranceProgram {
    private static final long PATIENCE_SECONDS = 30;

    /** Two snapshots of each partition, segments behind the last checkpoint but one, which was just before the last; the next one; four to be used again; positions of listeners; a few others. */
    private static final int MOST_FILES = 32;

    private EnduranceProgram() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        Path directory = Path.of(arguments[0]);
        long roundNanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[1]));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[2]));
        int fewestRounds = Integer.parseInt(arguments[3]);
        Random random = new Random(Long.parseLong(arguments[4]));
        for (int round = 0; round < fewestRounds || System.nanoTime() < end; round++) {
            Level level = Level.values()[round % Level.values().length];
            try (MixedLoad load = new MixedLoad(directory, level)) {
                load.run(roundNanos, random.nextLong());
                System.out.println("footprint " + load.footprint(directory));
                System.out.println("worked " + load.commits() + " " + load.heard());
            }
            leftNothing(directory);
        }
    }

    private static void leftNothing(Path directory) throws IOException, InterruptedException {
        List<String> files = Storage.readOnly(directory).list();
        List<String> snapshots = files.stream().filter(FileNames::isSnapshot).toList();
        if (snapshots.size() > 2 * Plan.PARTITIONS) {
            throw new IllegalStateException(
                    "There are more snapshots than the last two of each partition: " + snapshots);
        }
        List<String> unfinished = files.stream()
                .filter(name -> FileNames.isTemporary(name) && !FileNames.isTemporarySegment(name))
                .toList();
        if (!unfinished.isEmpty() || files.size() > MOST_FILES) {
            throw new IllegalStateException("The log is closed and checkpointed, and there are " + files);
        }
        List<String> descriptors = Footprint.openIn(directory);
        if (!descriptors.isEmpty()) {
            throw new IllegalStateException("The log is closed, and these are open: " + descriptors);
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("wal-")) {
                // One that has done its work may still be about to end.
                thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
                if (thread.isAlive()) {
                    throw new IllegalStateException("The log is closed, and " + thread + " is alive");
                }
            }
        }
    }
}
