package dev.wal.log;

import dev.wal.common.StateFailedException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Batches that somebody waits for, in log order. Whoever makes the log more durable then completes, in that order, what has become durable
 * enough: calls its handler, and wakes who waits.
 *
 * <p>An intrusive linked list. The append lock orders those who add; the completion lock orders those who take; a batch that was taken stays as the head
 * so that the two never touch the same end.
 */
final class CommitQueue {
    private final LogFailure failure;
    private final BlockingQueue<Runnable> asyncCompletions;
    private final ReentrantLock completionLock = new ReentrantLock();

    /** The last batch that was taken. Guarded by the completion lock. */
    private Batch head = new Batch(0, null);

    /** The last batch that was added. Guarded by the append lock. */
    private Batch tail = head;

    CommitQueue(LogFailure failure, BlockingQueue<Runnable> asyncCompletions) {
        this.failure = failure;
        this.asyncCompletions = asyncCompletions;
    }

    /** Adds a batch. The caller holds the append lock, under which it gave the batch its position. */
    void addLocked(Batch batch) {
        tail.next = batch;
        tail = batch;
    }

    /**
     * Completes batches from the front as long as they are durable enough. A handler that throws ends the log: neither its batch nor those behind it are completed.
     */
    void complete(long written, long durable) {
        Batch toWake = null;
        Batch lastToWake = null;
        completionLock.lock();
        try {
            Batch batch = head.next;
            while (batch != null && (batch.mustBeForced ? durable : written) >= batch.end() && !failure.isSet()) {
                if (!handle(batch)) {
                    break;
                }
                if (batch.asyncCommit != null) {
                    asyncCompletions.add(batch.asyncCommit::succeeded);
                }
                head = batch;
                batch.completed = true;
                if (batch.waiter != null) {
                    if (lastToWake == null) {
                        toWake = batch;
                    } else {
                        lastToWake.nextToWake = batch;
                    }
                    lastToWake = batch;
                }
                batch = batch.next;
            }
        } catch (Throwable e) {
            failure.set(e);
            throw e;
        } finally {
            completionLock.unlock();
            wake(toWake);
        }
    }

    private boolean handle(Batch batch) {
        if (batch.handler == null) {
            return true;
        }
        try {
            batch.handler.committed(batch);
            return true;
        } catch (Throwable e) {
            failure.set(new StateFailedException(
                    "Applying " + batch + " to a state failed: " + e
                            + ". It is in the log, which has ended, because memory and log may differ."
                            + " Mend the state, and restart to recover.",
                    e));
            return false;
        }
    }

    /** Wakes everybody who waits, after a failure; nobody will be completed any more. */
    void failAll() {
        Batch toWake;
        completionLock.lock();
        try {
            toWake = head.next;
            for (Batch batch = toWake; batch != null; batch = batch.next) {
                head = batch;
                Batch.AsyncCommit async = batch.asyncCommit;
                if (async != null) {
                    Batch failed = batch;
                    asyncCompletions.add(() -> async.failed(failure.unknown(failed)));
                }
            }
        } finally {
            completionLock.unlock();
        }
        for (Batch batch = toWake; batch != null; batch = batch.next) {
            LockSupport.unpark(batch.waiter);
        }
    }

    /** Runs an action between two completions. */
    <T> T betweenCompletions(Supplier<T> action) {
        completionLock.lock();
        try {
            return action.get();
        } finally {
            completionLock.unlock();
        }
    }

    /** The first batch that is not completed. The caller holds both locks. */
    @Nullable
    Batch firstPending() {
        return head.next;
    }

    /** Whether this thread is in a handler. */
    boolean isCompleting() {
        return completionLock.isHeldByCurrentThread();
    }

    private static void wake(@Nullable Batch first) {
        Thread self = Thread.currentThread();
        for (Batch batch = first; batch != null; ) {
            Batch next = batch.nextToWake;
            batch.nextToWake = null;
            Thread waiter = batch.waiter;
            if (waiter != self) {
                LockSupport.unpark(waiter);
            }
            batch = next;
        }
    }
}
