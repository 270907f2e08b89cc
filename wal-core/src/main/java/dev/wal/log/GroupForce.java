package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.common.WalException;
import dev.wal.common.WalObserver;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Group commit. Of those who wait for a force, one leads: it writes and forces, in its own thread, all that was staged by then, so that a
 * lone committer hands nothing over, and many share one force.
 *
 * <p>A leader that forced at once would find only those who came while the last force ran; the group would fall into two halves that take turns, and each commit would
 * wait for two forces. So the leader first gathers: it yields until as many committers are there as the last group had, for at most about the time of one force. A lone
 * committer finds that the last group was one, and does not wait. After its force a leader first lets the next one start, then completes its group.
 *
 * <p>Interrupts neither end a wait nor get lost.
 */
final class GroupForce {
    private final Tail tail;
    private final CommitQueue queue;
    private final LogFailure failure;
    private final WalObserver observer;
    private final LongSupplier nanoTime;
    private final Runnable leaderForAsync;
    private final AtomicBoolean leading = new AtomicBoolean();

    // Written by leaders alone, one after the other.
    private volatile int lastGroup;
    private volatile long forceNanos;

    GroupForce(
            Tail tail,
            CommitQueue queue,
            LogFailure failure,
            WalObserver observer,
            LongSupplier nanoTime,
            Runnable leaderForAsync) {
        this.tail = tail;
        this.queue = queue;
        this.failure = failure;
        this.observer = observer;
        this.nanoTime = nanoTime;
        this.leaderForAsync = leaderForAsync;
    }

    /** Waits until a batch that is in the queue is completed, leading where nobody does. */
    void await(Batch batch, Durability durability) {
        boolean interrupted = false;
        try {
            while (!batch.completed) {
                if (failure.isSet()) {
                    throw failure.unknown(batch);
                }
                if (leading.compareAndSet(false, true)) {
                    try {
                        lead(batch, durability);
                    } catch (WalException e) {
                        throw failure.unknown(batch);
                    }
                } else {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Forces for those who do not wait in a thread of their own, unless somebody leads already. */
    void leadForAsync(Durability durability) {
        Batch first = tail.firstWaiting();
        if (first != null && leading.compareAndSet(false, true)) {
            lead(first, durability);
        }
    }

    /** Waits until nobody forces, and has nobody force any more. */
    void awaitNoLeader() {
        while (!leading.compareAndSet(false, true)) {
            LockSupport.parkNanos(100_000);
        }
    }

    /** Leads one group. The caller has set {@link #leading}. */
    private void lead(Batch own, Durability durability) {
        try {
            if (own.completed) {
                return;
            }
            gather(durability);
            long start = nanoTime.getAsLong();
            int commits = tail.force();
            long nanos = nanoTime.getAsLong() - start;
            lastGroup = commits;
            forceNanos = forceNanos == 0 ? nanos : (forceNanos * 7 + nanos) / 8;
            observe(nanos, commits);
        } finally {
            leading.set(false);
            wakeNextLeader();
        }
        queue.complete(tail.written(), tail.durable());
    }

    @SuppressWarnings(
            "ThreadPriorityCheck") // Yielding lets those run who are about to join; a pause that parks is too long.
    private void gather(Durability durability) {
        if (!(durability instanceof Durability.GroupCommit group)) {
            return;
        }
        int expected = lastGroup;
        if (tail.waitingCommits() >= expected) {
            return;
        }
        long start = nanoTime.getAsLong();
        long longest = Math.min(group.maxWait().toNanos(), forceNanos);
        while (tail.waitingCommits() < expected
                && tail.waitingRecords() < group.maxBatchSize()
                && nanoTime.getAsLong() - start < longest) {
            Thread.yield();
        }
    }

    private void wakeNextLeader() {
        Batch next = tail.firstWaiting();
        if (next != null) {
            Thread waiter = next.waiter;
            if (waiter != null) {
                LockSupport.unpark(waiter);
            } else {
                leaderForAsync.run();
            }
        }
    }

    private void observe(long nanos, int commits) {
        Observers.tell(observer, o -> o.forced(nanos, commits));
    }
}
