package dev.wal.interleaving;

import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/** A thread that runs only when the {@link Scheduler} lets it. Stands for {@link Thread} in the code under test. */
public final class ModelThread extends Thread {
    private static final BooleanSupplier NOTHING = () -> true;
    private static final int FRAMES_SHOWN = 14;

    private final Scheduler scheduler;
    private final Semaphore turn = new Semaphore(0);

    // Changed by whoever has the turn.
    private BooleanSupplier condition = NOTHING;
    private String what = "its turn";
    private boolean permit;
    private int schedulingPriority;
    private boolean ended;

    public ModelThread(Runnable task, String name) {
        this(Scheduler.current(), task, name);
    }

    ModelThread(Scheduler scheduler, Runnable task, String name) {
        super(task, name);
        this.scheduler = scheduler;
        setDaemon(true);
    }

    static ModelThread current() {
        return (ModelThread) Thread.currentThread();
    }

    Scheduler scheduler() {
        return scheduler;
    }

    // What the code under test calls.

    @Override
    public void start() {
        begin();
        scheduler.point();
    }

    /** Stands for {@link Thread#join()}. */
    public static void join(Thread thread) {
        ModelThread other = (ModelThread) thread;
        other.scheduler.await("the end of " + other.getName(), () -> other.ended);
    }

    /** Stands for {@link Thread#isAlive()}. */
    public static boolean isAlive(Thread thread) {
        ModelThread other = (ModelThread) thread;
        other.scheduler.point();
        return !other.ended;
    }

    /** Stands for {@link Thread#yield()}. */
    public static void letOthersRun() {
        Scheduler.current().yieldToOthers();
    }

    /** Stands for {@link System#nanoTime()}. */
    public static long time() {
        return Scheduler.current().nanoTime();
    }

    /** Stands for {@link java.util.concurrent.locks.LockSupport}. A thread that is parked wakes when it is unparked, and never otherwise. */
    public static final class Parking {
        private Parking() {}

        public static void park(Object blocker) {
            ModelThread self = current();
            self.scheduler.await("being unparked", () -> self.permit);
            self.permit = false;
        }

        public static void parkNanos(Object blocker, long nanos) {
            ModelThread self = current();
            self.scheduler.await("being unparked", () -> self.permit, nanos);
            self.permit = false;
        }

        public static void parkNanos(long nanos) {
            parkNanos(null, nanos);
        }

        /** A real lock parks who waits for it, too, and wakes whoever was unparked meanwhile, or before, for something else. */
        static void forget() {
            current().permit = false;
        }

        public static void unpark(Thread thread) {
            Scheduler.step();
            if (thread != null) {
                ((ModelThread) thread).permit = true;
            }
        }
    }

    // What the scheduler calls.

    @Override
    public void run() {
        pause();
        Throwable thrown = null;
        try {
            super.run();
        } catch (Throwable e) {
            thrown = e;
        }
        scheduler.ended(this, thrown);
    }

    void begin() {
        scheduler.started(this);
        super.start();
    }

    void letRun() {
        turn.release();
    }

    void pause() {
        turn.acquireUninterruptibly();
    }

    void waitFor(String newWhat, BooleanSupplier newCondition) {
        what = newWhat;
        condition = newCondition;
    }

    void goOn() {
        condition = NOTHING;
        what = "its turn";
    }

    boolean canGoOn() {
        return !ended && condition.getAsBoolean();
    }

    void end() {
        ended = true;
    }

    int priority() {
        return schedulingPriority;
    }

    void priority(int newPriority) {
        schedulingPriority = newPriority;
    }

    boolean isEnded() {
        return ended;
    }

    void describeTo(StringBuilder text) {
        text.append("\n  ").append(getName()).append(" waits for ").append(what);
        StackTraceElement[] stack = getStackTrace();
        int shown = 0;
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().startsWith("dev.wal.")
                    && !frame.getClassName().startsWith("dev.wal.interleaving.")
                    && shown++ < FRAMES_SHOWN) {
                text.append("\n      ").append(frame);
            }
        }
    }
}
