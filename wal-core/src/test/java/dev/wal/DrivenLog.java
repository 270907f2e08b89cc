package dev.wal;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** A log without threads of its own, for tests of other packages: everything happens in the calling thread, at times that the test decides about, so that the same calls give the same log. */
public final class DrivenLog {
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private final DrivenThreads threads = new DrivenThreads();
    private final WalManager manager;
    private long nanos = 1;

    private DrivenLog(WalOptions options) {
        manager = WalManager.open(options, () -> nanos, name -> threads);
    }

    /** Opens a log; {@link #clock()} is the clock that its options should have. */
    public static DrivenLog open(WalOptions options) {
        return new DrivenLog(options);
    }

    /** A clock that stands still. */
    public static Clock clock() {
        return Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    }

    public WalManager manager() {
        return manager;
    }

    /** Has the log do what its threads would do by now, and what they do when nothing is appended for a while. */
    public void rest() {
        threads.forceFullSegments();
        threads.flush();
        nanos += IDLE_NANOS;
        threads.flush();
    }
}
