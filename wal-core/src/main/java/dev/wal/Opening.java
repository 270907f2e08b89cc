package dev.wal;

import dev.wal.common.WalFailedException;
import dev.wal.common.WalOperation;
import dev.wal.common.WalStorageException;
import dev.wal.log.LogThreads;
import dev.wal.log.Observers;
import dev.wal.recovery.LogOpener;
import dev.wal.recovery.OpenedLog;
import dev.wal.recovery.RecoveryReport;
import dev.wal.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a log: takes its directory, has the log recovered, and hands it out once it is decided about what was left in doubt.
 *
 * @param nanoTime a clock
 * @param threads made by the name of the log
 */
record Opening(WalOptions options, LongSupplier nanoTime, Function<String, LogThreads> threads) {
    private static final Logger logger = LoggerFactory.getLogger(Opening.class);

    WalManager open() {
        return Observers.observed(options.observer(), WalOperation.OPEN, this::openObserved);
    }

    private WalManager openObserved() {
        Storage storage = options.storage();
        Closeable lock = null;
        try {
            storage.createDirectory();
            lock = storage.lock(options.lockWait());
            OpenedLog opened = new LogOpener(
                            storage,
                            options.partitions(),
                            options.recoveryMode(),
                            options.logSettings(nanoTime, threads))
                    .open();
            WalManager manager = new WalManager(options, lock, opened);
            lock = null;
            manager.takeOver(opened.inDoubt());
            RecoveryReport report = opened.report();
            Observers.tell(
                    options.observer(), o -> o.recovered(report.duration().toNanos(), report.transactions()));
            return manager;
        } catch (IOException | WalFailedException e) {
            throw new WalStorageException("The log in " + storage.directory() + " cannot be opened: " + e, e);
        } finally {
            if (lock != null) {
                letGo(lock);
            }
        }
    }

    /** Lets go of the directory. */
    static void letGo(Closeable lock) {
        try {
            lock.close();
        } catch (IOException e) {
            logger.warn("The lock of the log directory could not be closed", e);
        }
    }
}
