package dev.wal.spring.boot.metrics;

import dev.wal.WalManager;
import dev.wal.WalStatus;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The status of the log, asked for once and kept for a moment. A scrape asks each gauge by itself, and a status looks at the files and lists the partitions: asked for by each of them, it would be
 * made a dozen times, and the values of one scrape would be of as many moments.
 *
 * <p>Safe for use by several threads; two that find an old one at once make a new one each.
 */
final class RecentStatus {
    /** Longer than a scrape usually takes, shorter than anybody waits between two. */
    static final Duration KEPT = Duration.ofMillis(100);

    private final WalManager walManager;
    private final LongSupplier nanoTime;
    private volatile @Nullable Kept kept;

    private record Kept(WalStatus status, long madeAtNanos) {}

    RecentStatus(WalManager walManager, LongSupplier nanoTime) {
        this.walManager = walManager;
        this.nanoTime = nanoTime;
    }

    WalStatus get() {
        Kept last = kept;
        long now = nanoTime.getAsLong();
        if (last == null || now - last.madeAtNanos >= KEPT.toNanos()) {
            last = new Kept(walManager.status(), now);
            kept = last;
        }
        return last.status;
    }
}
