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
import java.util.function.BooleanSupplier;

/** A log for which time stands still unless it is advanced, so that it does nothing by itself. */
final class TimelessLog implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final AtomicLong nanos = new AtomicLong(1);
    private final Log log;

    TimelessLog(Storage storage, Durability durability) {
        LogSettings settings =
                new LogSettings(Logs.SEGMENT_SIZE, Long.MAX_VALUE, durability, WalObserver.NONE, () -> 1, nanos::get);
        try {
            log = new LogOpener(storage, Logs.PARTITIONS, RecoveryMode.STRICT, settings)
                    .open()
                    .log();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    /** Has time go on, step by step, until something has happened because of it. */
    void advanceUntil(BooleanSupplier happened, Duration step) {
        long start = System.nanoTime();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError("it does not happen, however much time goes by");
            }
            advance(step);
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
