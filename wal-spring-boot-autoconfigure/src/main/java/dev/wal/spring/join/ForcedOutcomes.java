package dev.wal.spring.join;

import dev.wal.WalManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forces what the log says of outcomes, many at a time, because who follows the log sees only what is forced. In a thread of its own, which never waits for the database.
 *
 * <p>Safe for use by several threads.
 */
final class ForcedOutcomes implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(ForcedOutcomes.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
    private static final long RETRY_NANOS = Duration.ofSeconds(2).toNanos();

    private final WalManager walManager;
    private final Consumer<List<Long>> forced;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private List<Long> waiting = new ArrayList<>();
    private boolean closing;

    /** @param forced gets the transactions whose outcomes are forced, in the thread that forces */
    ForcedOutcomes(WalManager walManager, Consumer<List<Long>> forced) {
        this.walManager = walManager;
        this.forced = forced;
        this.thread = new Thread(this::run, "wal-outcomes");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The log has the outcome of a transaction, but has not forced it. */
    void add(long transactionId) {
        lock.lock();
        try {
            waiting.add(transactionId);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            List<Long> some = next();
            while (!some.isEmpty()) {
                force(some);
                some = next();
            }
        } catch (InterruptedException e) {
            logger.debug("The thread that forces outcomes was interrupted", e);
        }
    }

    /** Waits for transactions; none if nothing comes any more. */
    private List<Long> next() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closing) {
                changed.await();
            }
            List<Long> some = waiting;
            waiting = new ArrayList<>();
            return some;
        } finally {
            lock.unlock();
        }
    }

    /** Tries until it is done, or the log has ended: then the next start asks for the outcomes that are missing. */
    private void force(List<Long> some) throws InterruptedException {
        boolean done = false;
        while (!done && walManager.isOpen()) {
            try {
                walManager.sync();
                done = true;
                forced.accept(some);
            } catch (RuntimeException | Error e) {
                logger.warn("The outcomes of {} joined transactions could not be forced", some.size(), e);
                done |= pause();
            }
        }
    }

    /** Whether nothing is waited for any more. */
    private boolean pause() throws InterruptedException {
        long nanos = RETRY_NANOS;
        lock.lock();
        try {
            while (!closing && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return closing;
        } finally {
            lock.unlock();
        }
    }

    /** Forces what is there. */
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
