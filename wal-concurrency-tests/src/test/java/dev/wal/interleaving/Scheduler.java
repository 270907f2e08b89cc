package dev.wal.interleaving;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/**
 * Runs threads one at a time, and decides at each step that others could see which one goes on: from a seed, so that a run can be had again. Time
 * passes with the steps. Nothing wakes up by itself: when nobody can go on, somebody was left waiting, and the run fails.
 */
public final class Scheduler {
    private static final int MAX_STEPS = 200_000;
    private static final long NANOS_PER_STEP = 1_000;

    /** A wait with a shorter limit ends by itself; one with a longer limit is one that somebody else has to end. */
    private static final long SHORT_NANOS = 1_000_000;

    private final Random random;

    /** In half of the runs the thread of the highest priority runs, and loses it now and then: that finds faults which need few, but certain, switches. */
    private final boolean byPriority;

    private final int stepsBetweenSwitches;
    private int lowestPriority;
    private final List<ModelThread> threads = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private long steps;
    private long trace = 1;
    private volatile Throwable failure;

    Scheduler(long seed) {
        random = new Random(seed);
        byPriority = random.nextBoolean();
        // Some runs switch at nearly every step, others stay for long stretches: faults hide in either.
        stepsBetweenSwitches = byPriority ? 32 << random.nextInt(6) : 2 << random.nextInt(6);
    }

    static Scheduler current() {
        return ModelThread.current().scheduler();
    }

    /** Called before each access that other threads could see. */
    public static void step() {
        current().point();
    }

    /** Runs a scenario to its end, and all threads that it starts. */
    void run(Runnable scenario) throws InterruptedException {
        ModelThread main = new ModelThread(this, scenario, "scenario");
        main.begin();
        main.letRun();
        ended.await();
        if (failure != null) {
            throw new AssertionError(failure.getMessage(), failure);
        }
    }

    /** What the run did, as a number: the same for the same seed. */
    long trace() {
        return trace;
    }

    Random random() {
        return random;
    }

    long nanoTime() {
        point();
        return steps * NANOS_PER_STEP;
    }

    void point() {
        count();
        if (random.nextInt(stepsBetweenSwitches) == 0) {
            ModelThread.current().priority(--lowestPriority);
            switchTo(choose(runnable()));
        } else if (byPriority) {
            switchTo(choose(runnable()));
        }
    }

    /** Lets another thread go on, if there is one that can. */
    void yieldToOthers() {
        count();
        ModelThread.current().priority(--lowestPriority);
        List<ModelThread> others = runnable();
        others.remove(ModelThread.current());
        if (!others.isEmpty()) {
            switchTo(choose(others));
        }
    }

    /** Waits until a condition holds that only other threads can bring about. */
    void await(String what, BooleanSupplier condition) {
        point();
        ModelThread self = ModelThread.current();
        while (!condition.getAsBoolean()) {
            self.waitFor(what, condition);
            List<ModelThread> others = runnable();
            if (others.isEmpty()) {
                fail(new AssertionError("Nobody can go on:" + describe()));
            }
            switchTo(choose(others));
            self.goOn();
        }
    }

    /** Waits for a time, or until a condition holds. */
    void await(String what, BooleanSupplier condition, long nanos) {
        if (nanos > SHORT_NANOS) {
            await(what, condition);
        } else {
            yieldToOthers();
        }
    }

    void started(ModelThread thread) {
        thread.priority(random.nextInt(1 << 20));
        threads.add(thread);
    }

    /** The last act of a thread. */
    void ended(ModelThread self, Throwable thrown) {
        self.end();
        if (thrown != null) {
            failure = thrown;
            ended.countDown();
            return;
        }
        List<ModelThread> others = runnable();
        if (!others.isEmpty()) {
            choose(others).letRun();
        } else if (threads.stream().allMatch(ModelThread::isEnded)) {
            ended.countDown();
        } else {
            failure = new AssertionError("Nobody can go on:" + describe());
            ended.countDown();
        }
    }

    private void count() {
        if (++steps > MAX_STEPS) {
            fail(new AssertionError("There is no end to it:" + describe()));
        }
    }

    private List<ModelThread> runnable() {
        List<ModelThread> runnable = new ArrayList<>(threads.size());
        for (ModelThread thread : threads) {
            if (thread.canGoOn()) {
                runnable.add(thread);
            }
        }
        return runnable;
    }

    private ModelThread choose(List<ModelThread> candidates) {
        ModelThread chosen = candidates.get(0);
        if (byPriority) {
            for (ModelThread candidate : candidates) {
                chosen = candidate.priority() > chosen.priority() ? candidate : chosen;
            }
        } else if (candidates.size() > 1) {
            chosen = candidates.get(random.nextInt(candidates.size()));
        }
        trace = trace * 31 + threads.indexOf(chosen);
        return chosen;
    }

    private void switchTo(ModelThread next) {
        ModelThread self = ModelThread.current();
        if (next != self) {
            next.letRun();
            self.pause();
        }
    }

    /** Ends the run. The threads stay where they are. */
    private void fail(AssertionError error) {
        failure = error;
        ended.countDown();
        ModelThread.current().pause();
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        for (ModelThread thread : threads) {
            if (!thread.isEnded()) {
                thread.describeTo(text);
            }
        }
        return text.toString();
    }
}
