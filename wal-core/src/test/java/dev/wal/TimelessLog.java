package dev.wal;

import dev.wal.common.Durability;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalObserver;
import dev.wal.log.Batch;
import dev.wal.log.Log;
import dev.wal.log.LogSettings;
import dev.wal.log.LogStatus;
import dev.wal.record.RecordEncoder;
import dev.wal.recovery.BatchSink;
import dev.wal.recovery.LogOpener;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A log for which time stands still unless it is advanced, so that it does nothing by itself. */
final class TimelessLog implements AutoCloseable {
    private static final long ASKED_ONLY_IN_A_LOOP = 1000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final AtomicLong nanos = new AtomicLong(1);
    private final AtomicLong asked = new AtomicLong();
    private final Log log;

    TimelessLog(Storage storage, Durability durability) {
        LogSettings settings = new LogSettings(
                Logs.SEGMENT_SIZE, Long.MAX_VALUE, durability, WalObserver.NONE, () -> 1, this::nanoTime);
        try {
            log = new LogOpener(storage, Logs.PARTITIONS, RecoveryMode.STRICT, settings)
                    .open()
                    .log();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private long nanoTime() {
        asked.incrementAndGet();
        return nanos.get();
    }

    void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    /** Returns once a call asks for the time over and over, or has ended. */
    void awaitWatchingTheClockOrDone(Background<?> call) {
        long start = System.nanoTime();
        long before = asked.get();
        while (!call.isDone() && asked.get() < before + ASKED_ONLY_IN_A_LOOP) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError("the call neither waits for a time nor ends");
            }
            Thread.onSpinWait();
        }
    }

    /** Commits one small transaction. */
    void commit() {
        Batch batch = new Batch(64, null);
        RecordEncoder encoder = new RecordEncoder(new BatchSink(batch));
        encoder.begin(-2, 0, 0);
        encoder.insert(-2, Logs.TABLE, 0, 1, Logs.row(1));
        encoder.commit(-2, 0);
        log.commit(batch);
    }

    void sync() {
        log.sync();
    }

    long unforcedBytes() {
        LogStatus status = log.status();
        return status.appended() - status.durable();
    }

    @Override
    public void close() {
        log.close();
    }
}
