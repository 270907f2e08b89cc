package dev.wal.spring.join;

import dev.wal.WalManager;
import dev.wal.spring.transaction.UnresolvedTransactions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands over what is to be done about markers to a thread of its own, so that no transaction waits for it or fails by it. What is left undone when the application ends is done after the next start.
 *
 * <p>Safe for use by several threads.
 */
public final class Markers implements UnresolvedTransactions, AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(Markers.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final MarkerWork work;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Transactions whose markers are needed, or are going to be deleted by their own: who finds others in the table may delete them. */
    private final Set<Long> live = ConcurrentHashMap.newKeySet();

    private List<Long> decided = new ArrayList<>();
    private List<Long> inDoubt = new ArrayList<>();
    private boolean closing;

    /** Begins with the markers that earlier starts have left. */
    public Markers(WalManager walManager, MarkerTable table) {
        this.work = new MarkerWork(walManager, table, live);
        this.thread = new Thread(this::run, "wal-markers");
        thread.setDaemon(true);
        thread.start();
    }

    /** A marker is about to be written. */
    void add(long transactionId) {
        live.add(transactionId);
    }

    /** The log has the outcome of a transaction, but has not forced it. */
    void decided(long transactionId) {
        lock.lock();
        try {
            decided.add(transactionId);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** What became of a transaction is to be asked for. */
    void inDoubt(long transactionId) {
        lock.lock();
        try {
            inDoubt.add(transactionId);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Number of markers that are, or are about to be, in the table, without those that earlier starts have left. */
    public int size() {
        return live.size();
    }

    @Override
    public int unresolved() {
        return work.unresolved();
    }

    private void run() {
        try {
            boolean last = false;
            while (!last && work.canGoOn()) {
                List<Long> forceable;
                List<Long> askable;
                lock.lock();
                try {
                    awaitWork();
                    last = closing;
                    forceable = decided;
                    decided = new ArrayList<>();
                    askable = inDoubt;
                    inDoubt = new ArrayList<>();
                } finally {
                    lock.unlock();
                }
                work.run(forceable, askable, last);
            }
        } catch (InterruptedException e) {
            logger.debug("The thread of markers was interrupted", e);
        }
    }

    private void awaitWork() throws InterruptedException {
        long nanos = work.nanosToNext();
        while (decided.isEmpty() && inDoubt.isEmpty() && !closing && nanos > 0) {
            nanos = changed.awaitNanos(nanos);
        }
    }

    /** Forces what is decided, and deletes its markers; does not wait long for a database that does not answer. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(CLOSE_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
