package dev.wal.benchmark;

import dev.wal.WalManager;
import dev.wal.common.ForceReason;
import dev.wal.common.WalObserver;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Makes a checkpoint whenever a log has grown by 256 MiB, as a service would, and counts forces. */
final class CheckpointBySize implements WalObserver {
    /** Segments of 64 MiB. */
    private static final int SEGMENTS_BETWEEN = 4;

    private final LongAdder forces = new LongAdder();
    private final AtomicInteger segments = new AtomicInteger();
    private final ExecutorService checkpointer = Executors.newSingleThreadExecutor();
    private volatile @Nullable WalManager manager;

    /** Whose checkpoints are made from now on. */
    void of(WalManager checkpointed) {
        manager = checkpointed;
    }

    @Override
    public void forced(long nanos, int commits, ForceReason reason) {
        forces.increment();
    }

    @Override
    public void rolled(int segmentNumber) {
        WalManager checkpointed = manager;
        if (checkpointed != null && segments.incrementAndGet() % SEGMENTS_BETWEEN == 0) {
            // Waits for one that is running.
            checkpointer.execute(checkpointed::checkpointChanged);
        }
    }

    long forces() {
        return forces.sum();
    }

    /** Returns once a checkpoint that was begun has ended. */
    void close() {
        manager = null;
        checkpointer.shutdown();
        boolean ended = false;
        while (!ended) {
            try {
                ended = checkpointer.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while a checkpoint ended", e);
            }
        }
    }
}
