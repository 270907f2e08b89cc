package dev.wal.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a process and its log take.
 *
 * @param heap bytes in use after a collection
 * @param direct bytes of direct and mapped buffers
 * @param descriptors that are open
 * @param threads that are alive
 * @param disk bytes of the directory of the log
 * @param files in this directory
 */
record Footprint(long heap, long direct, long descriptors, long threads, long disk, long files) {
    private static final int MOST_COLLECTIONS = 20;
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(60);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** Aborts the test where nobody tells which descriptors are open. */
    static void require() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            throw Commands.impossible(
                    "tell which descriptors are open", new NoSuchFileException(DESCRIPTORS.toString()));
        }
    }

    static Footprint of(Path directory) throws IOException {
        long direct = directAfterCollection();
        List<Path> files = list(directory);
        long disk = 0;
        for (Path file : files) {
            disk += size(file);
        }
        return new Footprint(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                direct,
                list(DESCRIPTORS).size(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                disk,
                files.size());
    }

    /** What frees one buffer may be what kept another one: until there are no fewer. */
    private static long directAfterCollection() {
        long before = Long.MAX_VALUE;
        collect();
        long now = directNow();
        for (int i = 0; i < MOST_COLLECTIONS && now < before; i++) {
            collect();
            before = now;
            now = directNow();
        }
        return now;
    }

    /**
     * Buffers that nobody uses are freed behind the collection that finds them, by another thread, which takes all that one collection found, in any order. Once it has come to something that the next collection found, it is
     * through with them.
     */
    private static void collect() {
        for (int i = 0; i < 2; i++) {
            ReferenceQueue<Object> found = new ReferenceQueue<>();
            WeakReference<Object> reference = new WeakReference<>(new Object(), found);
            System.gc();
            try {
                if (found.remove(PATIENCE_MILLIS) == null) {
                    throw new IllegalStateException("A collection has found nothing");
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("Nothing interrupts this", e);
            }
            Reference.reachabilityFence(reference);
        }
    }

    private static long directNow() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Descriptors that are open of what is, or was, in a directory. */
    static List<String> openIn(Path directory) throws IOException {
        // Descriptors show where links lead to.
        String real = directory.toRealPath().toString();
        return list(DESCRIPTORS).stream()
                .map(Footprint::target)
                .filter(target -> target.startsWith(real))
                .toList();
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            // That of the list of descriptors itself.
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return heap + " " + direct + " " + descriptors + " " + threads + " " + disk + " " + files;
    }

    static Footprint parse(String line) {
        List<Long> values = Stream.of(line.split(" ")).map(Long::valueOf).toList();
        return new Footprint(values.get(0), values.get(1), values.get(2), values.get(3), values.get(4), values.get(5));
    }
}
