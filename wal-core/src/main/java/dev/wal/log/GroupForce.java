package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.common.ForceReason;
import dev.wal.common.WalException;
import dev.wal.common.WalObserver;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Group commit. Of those who wait for a force, one leads: it writes and forces, in its own thread, all that was staged by then, so that a
 * lone committer hands nothing over, and many share one force.
 *
 * <p>A leader that forced at once would find only those who came while the last force ran; the group would fall into two halves that take
 * turns, and each commit would wait for two forces. So they first gather, until as many wait as the last group had, for at most about the
 * time of one force. Who finds the group complete, or the time over, leads at once; usually that is the last to come. The first to come
 * looks for that too, yielding, in case nobody else comes. Now and then a group hopes for those who came during the last force as well,
 * because else it would never grow again once somebody was late. After its force a leader first lets the next one start, then completes
 * its group.
 *
 * <p>Who has to wait yields once before it parks. Where there are more threads than processors, its group is often forced by the time it
 * runs again, and then neither it nor the leader pays for parking and waking, which costs more than everything else in a commit.
 *
 * <p>Who commits asynchronously has no thread to lead with. A virtual thread leads only if it can do so at once and is expected to be alone: during
 * the force it holds the thread that carries it, which others need. It never parks to lead later, because it may find no thread that carries it
 * then. For both, a thread of the log leads.
 *
 * <p>Nobody is left waiting, because of two rules. Whoever lets go of {@link #leading} or {@link #gathering} then looks for somebody who
 * waits for the next force, and wakes it, or the thread that leads for it. And who parks has first published that it does ({@link
 * Batch#waiter}), and looked at everything again, or, where it does not lead, had the other thread look.
 *
 * <p>Interrupts neither end a wait nor get lost.
 */
final class GroupForce {
    private static final long NOBODY = Long.MIN_VALUE;

    /** Of so many groups, one tries to grow. */
    private static final int GROUPS_BETWEEN_GROWTH = 4;

    private final Tail tail;
    private final Runnable complete;
    private final LogFailure failure;
    private final WalObserver observer;
    private final LongSupplier nanoTime;
    private final BooleanSupplier isCallerVirtual;
    private final Runnable leaderForOthers;
    private final AtomicBoolean leading = new AtomicBoolean();

    /** When the one that gathers began to, or {@link #NOBODY}. */
    private final AtomicLong gathering = new AtomicLong(NOBODY);

    // Written by leaders alone, one after the other.
    private volatile int expectedGroup;
    private volatile long forceNanos;
    private int groups;

    GroupForce(
            Tail tail,
            Runnable complete,
            LogFailure failure,
            WalObserver observer,
            LongSupplier nanoTime,
            BooleanSupplier isCallerVirtual,
            Runnable leaderForOthers) {
        this.tail = tail;
        this.complete = complete;
        this.failure = failure;
        this.observer = observer;
        this.nanoTime = nanoTime;
        this.isCallerVirtual = isCallerVirtual;
        this.leaderForOthers = leaderForOthers;
    }

    /** Waits until a batch that is in the queue is completed, leading or gathering where nobody does. */
    @SuppressWarnings("ThreadPriorityCheck") // Yielding is what this is about; see the class comment.
    void await(Batch batch, Durability durability) {
        boolean virtual = isCallerVirtual.getAsBoolean();
        boolean mayYield = !virtual;
        boolean interrupted = false;
        try {
            while (!batch.completed) {
                if (failure.isSet()) {
                    throw failure.unknown(batch);
                }
                if (!batch.ledByLog && leadOrGatherFor(batch, durability, !virtual)) {
                    continue;
                }
                if (mayYield) {
                    Thread.yield();
                    mayYield = false;
                } else if (batch.waiter == null) {
                    announce(batch, virtual);
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

    /** Makes known that this thread is about to park, after it has looked once more. Where it does not lead, the thread that leads for it looks, too. */
    private void announce(Batch batch, boolean virtual) {
        if (virtual) {
            batch.ledByLog = true;
        }
        batch.waiter = Thread.currentThread();
        if (batch.ledByLog) {
            leaderForOthers.run();
        }
    }

    private boolean leadOrGatherFor(Batch batch, Durability durability, boolean mayGather) {
        try {
            return leadOrGather(batch, durability, mayGather);
        } catch (WalException e) {
            throw failure.unknown(batch);
        }
    }

    /** Whether the next group is expected to have more than one commit. */
    boolean isShared() {
        return expectedGroup > 1;
    }

    /**
     * Forces for those who do not lead, unless somebody does so already.
     *
     * @param durability of those who did not ask for another level
     */
    void leadForOthers(Durability durability) {
        Batch first = tail.firstWaiting();
        if (first != null && first.ledByLog) {
            Durability own = first.durability == null ? durability : first.durability;
            while (!first.completed && !failure.isSet() && leadOrGather(first, own, true)) {
                // Gathered; now lead.
            }
        }
    }

    /**
     * Does what is to be done for the group that a batch is in.
     *
     * @return false if another thread does it
     */
    private boolean leadOrGather(Batch own, Durability durability, boolean mayGather) {
        if (!(durability instanceof Durability.GroupCommit group) || isGathered(group)) {
            return tryLead(own);
        }
        if (mayGather
                && !leading.get()
                && gathering.get() == NOBODY
                && gathering.compareAndSet(NOBODY, nanoTime.getAsLong())) {
            gather(own, group);
            return true;
        }
        return false;
    }

    private boolean tryLead(Batch own) {
        if (leading.compareAndSet(false, true)) {
            lead(own);
            return true;
        }
        return false;
    }

    /** Waits until nobody forces, and has nobody force any more. */
    void awaitNoLeader() {
        boolean interrupted = false;
        while (!leading.compareAndSet(false, true)) {
            LockSupport.parkNanos(100_000);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Leads one group. The caller has set {@link #leading}. */
    private void lead(Batch own) {
        try {
            if (!isForced(own)) {
                force(own.forceReason);
            }
        } catch (Throwable e) {
            failure.set(e);
            throw e;
        } finally {
            leading.set(false);
            wakeNextLeader();
        }
        complete.run();
    }

    /** Whether a batch was in the last group, whose leader has not completed it yet. */
    private boolean isForced(Batch batch) {
        return batch.completed || (batch.mustBeForced && batch.end() <= tail.durable());
    }

    private void force(ForceReason reason) {
        long start = nanoTime.getAsLong();
        int commits = tail.force();
        long nanos = nanoTime.getAsLong() - start;
        expectedGroup = ++groups % GROUPS_BETWEEN_GROWTH == 0 ? commits + tail.waitingCommits() : commits;
        forceNanos = forceNanos == 0 ? nanos : (forceNanos * 7 + nanos) / 8;
        Observers.tell(observer, o -> o.forced(nanos, commits, reason));
    }

    private boolean isGathered(Durability.GroupCommit group) {
        if (tail.waitingCommits() >= expectedGroup || tail.waitingRecords() >= group.maxBatchSize()) {
            return true;
        }
        long since = gathering.get();
        return since != NOBODY
                && nanoTime.getAsLong() - since >= Math.min(group.maxWait().toNanos(), forceNanos);
    }

    /** Waits until a group is complete, and leads it unless somebody else does. The caller has set {@link #gathering}. */
    @SuppressWarnings("ThreadPriorityCheck") // Lets those run who are about to join; a pause that parks is too long.
    private void gather(Batch own, Durability.GroupCommit group) {
        boolean gathered = false;
        try {
            while (!gathered && !own.completed && !leading.get() && !failure.isSet()) {
                Thread.yield();
                gathered = isGathered(group);
            }
        } finally {
            gathering.set(NOBODY);
        }
        if (!gathered || !tryLead(own)) {
            wakeNextLeader();
        }
    }

    private void wakeNextLeader() {
        Batch next = tail.firstWaiting();
        if (next == null) {
            return;
        }
        if (next.ledByLog) {
            leaderForOthers.run();
        } else {
            LockSupport.unpark(next.waiter);
        }
    }
}
