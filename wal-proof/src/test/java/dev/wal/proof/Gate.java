package dev.wal.proof;

import dev.wal.common.WalObserver;
import dev.wal.proof.Moment.Call;
import dev.wal.proof.Moment.Op;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds the thread that makes a certain call until somebody outside says how to go on; the other threads run meanwhile. */
final class Gate implements WalObserver {
    private final Moment moment;
    private final int number;
    private final Report report;
    private final AtomicInteger met = new AtomicInteger();
    private final Set<String> written = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean checkpointed = new AtomicBoolean();
    private final ThreadLocal<Boolean> spilling = ThreadLocal.withInitial(() -> false);
    private final CountDownLatch word = new CountDownLatch(1);
    private volatile boolean opening = true;

    /** @param number of the call of this moment that is held, from 1 */
    Gate(Moment moment, int number, Report report) {
        this.moment = moment;
        this.number = number;
        this.report = report;
    }

    Report report() {
        return report;
    }

    /** The word to go on. */
    void goOn() {
        word.countDown();
    }

    void pass(Op op, String file) {
        boolean firstOfFile = (op == Op.WRITE || op == Op.FORCE) && written.add(file);
        Call call = new Call(
                op, file, Thread.currentThread().getName(), firstOfFile, opening, checkpointed.get(), spilling.get());
        if (moment.includes(call) && met.incrementAndGet() == number) {
            report.at(moment, call);
            awaitWord();
        }
    }

    private void awaitWord() {
        boolean interrupted = false;
        while (true) {
            try {
                word.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the word to go on was given: the power has been cut. */
    boolean isPast() {
        return word.getCount() == 0;
    }

    void opened() {
        opening = false;
    }

    /** The thread begins to write a transaction that is written in parts, or has ended it. */
    void spills(boolean begins) {
        spilling.set(begins);
    }

    void committed() {
        checkpointed.set(false);
    }

    @Override
    public void checkpointed(long nanos, int segmentsDropped) {
        checkpointed.set(true);
    }
}
