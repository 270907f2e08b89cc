package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Has each contender commit a few times, in a JVM whose system calls are traced, and prints when. */
final class TracedChild {
    private static final int COMMITS = 100;
    private static final int COMMITS_OF_THREAD_MIN = 2;
    private static final int COMMITS_OF_ALL = 400;

    private TracedChild() {}

    /** Takes a directory, the beginnings of the names of those that take part, and the numbers of threads. */
    public static void main(String[] arguments) throws IOException {
        List<String> only = Parsers.words(arguments[1]);
        int runs = 0;
        for (int i = 2; i < arguments.length; i++) {
            int threads = Integer.parseInt(arguments[i]);
            for (Contender contender : DurableContenders.all(Durability.groupCommit(), threads)) {
                if (RoundOptions.takesPart(only, contender.name())) {
                    Path directory = Path.of(arguments[0]).resolve("traced-" + runs++);
                    System.out.println(line(contender, Directories.create(directory)));
                }
            }
        }
        // Some peers leave threads behind.
        System.exit(0);
    }

    /** Whatever keeps a contender from running is told, not thrown. */
    private static String line(Contender contender, Path directory) {
        try {
            return TracedRun.format(contender.name(), commit(contender, directory));
        } catch (Exception | LinkageError e) {
            return TracedRun.formatFailure(contender.name(), contender.threads(), e);
        }
    }

    private static TracedRun commit(Contender contender, Path directory) throws Exception {
        int threads = contender.threads();
        int commits = threads == 1 ? COMMITS : Math.max(COMMITS_OF_THREAD_MIN, COMMITS_OF_ALL / threads);
        AtomicLong start = new AtomicLong();
        CyclicBarrier allCommittedOnce = new CyclicBarrier(threads, () -> start.set(micros()));
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (Contender.Session session = contender.opener().open(directory)) {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Contender.Committer committer = session.committer(i);
                tasks.add(() -> {
                    committer.commit();
                    allCommittedOnce.await();
                    for (int commit = 0; commit < commits; commit++) {
                        committer.commit();
                    }
                    return null;
                });
            }
            for (Future<Void> task : pool.invokeAll(tasks)) {
                task.get();
            }
            return new TracedRun(threads, start.get(), micros(), (long) commits * threads);
        } finally {
            pool.shutdownNow();
        }
    }

    private static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
