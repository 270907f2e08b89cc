package dev.wal.benchmark;

import dev.wal.WalManager;
import dev.wal.common.Durability;
import dev.wal.record.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.HdrHistogram.Recorder;

/** Threads that commit without waiting, each with a number of commits under way. */
final class AsyncCommits implements Flow.Running {
    private final Engine engine;
    private final Looping threads = new Looping();

    private AsyncCommits(Path directory, int number, int underWay, Recorder nanos) {
        engine = Engine.open(directory, Durability.groupCommit());
        for (int i = 0; i < number; i++) {
            threads.start(committer(i % Engine.PARTITIONS, new Semaphore(underWay), nanos));
        }
    }

    static Flow flow(String name, int threads, int underWay) {
        return new Flow(name, (directory, nanos) -> new AsyncCommits(directory, threads, underWay, nanos));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what is called at its end says how it ended
    private Contender.Committer committer(int partition, Semaphore free, Recorder nanos) {
        WalManager manager = engine.manager();
        Row row = Engine.row();
        return () -> {
            free.acquireUninterruptibly();
            long start = System.nanoTime();
            Engine.commitAsync(manager, partition, DurableContenders.WORK.operations(), row)
                    .whenComplete((receipt, failure) -> {
                        if (failure == null) {
                            nanos.recordValue(System.nanoTime() - start);
                        }
                        free.release();
                    });
        };
    }

    @Override
    public long forces() {
        return engine.forces();
    }

    @Override
    public void close() throws IOException {
        try (engine;
                threads) {
            // Both close, the threads first.
        }
    }
}
