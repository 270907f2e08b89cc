package dev.wal.interleaving;

import java.util.concurrent.TimeUnit;

/** Runs scenarios under many schedules. */
public final class Interleavings {
    /** Seconds for each scenario; a profile of the build sets more. */
    private static final long SECONDS = Long.getLong("interleavings.seconds", 3);

    private static final int FEWEST = 50;

    private Interleavings() {}

    /** Runs a scenario under one schedule after the other, until the time is over. */
    public static void explore(Class<? extends Scenario> scenario) {
        long start = System.nanoTime();
        long seed = 0;
        while (seed < FEWEST || System.nanoTime() - start < TimeUnit.SECONDS.toNanos(SECONDS)) {
            run(scenario, seed++);
        }
        System.out.println(scenario.getSimpleName() + ": " + seed + " schedules");
    }

    /** Runs a scenario under one schedule, and returns a number that tells schedules apart. */
    public static long run(Class<? extends Scenario> scenario, long seed) {
        try {
            Scenario loaded = (Scenario) LOADER.loadClass(scenario.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            Scheduler scheduler = new Scheduler(seed);
            Scenario.Run run = new Scenario.Run(scheduler);
            scheduler.run(() -> Scenario.Run.act(() -> loaded.run(run)));
            return scheduler.trace();
        } catch (AssertionError e) {
            throw new AssertionError(scenario.getSimpleName() + " fails with seed " + seed + ": " + e.getMessage(), e);
        } catch (ReflectiveOperationException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static final ModelLoader LOADER = new ModelLoader();
}
