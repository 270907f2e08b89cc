package dev.wal.it.join;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Which lives an application lives. */
final class CrashPlan {
    private static final int PAYMENTS_MAX = 200;
    private static final int DELAY_MICROS_MAX = 20_000;
    private static final int PASSES_MAX = 20;

    /** What is done seldom is not waited for long. */
    private static final int PASSES_OF_SELDOM_STEPS_MAX = 2;

    private final Random random;

    CrashPlan(Random random) {
        this.random = random;
    }

    /** Kills the application at the steps that matter most, and the database and both at one. */
    List<Life> someSteps() {
        return List.of(
                at(Kill.APPLICATION, Step.PREPARE_FORCED),
                at(Kill.APPLICATION, Step.RESOLUTION_ASKS),
                at(Kill.APPLICATION, Step.DATABASE_COMMITTED),
                at(Kill.APPLICATION, Step.RESOLUTION_FORCES),
                at(Kill.DATABASE, Step.DATABASE_COMMITS),
                at(Kill.BOTH, Step.DATABASE_COMMITTED));
    }

    /** Kills the application where most is at stake. */
    List<Life> oneStep() {
        return List.of(at(Kill.APPLICATION, Step.DATABASE_COMMITTED));
    }

    /** Kills each and both at every step. Before a step of the start comes a kill that leaves a transaction in doubt. */
    List<Life> everyStep() {
        List<Life> lives = new ArrayList<>();
        for (Kill kill : Kill.values()) {
            for (Step step : Step.values()) {
                if (step.isOfTheStart()) {
                    lives.add(
                            at(Kill.APPLICATION, random.nextBoolean() ? Step.PREPARE_FORCED : Step.DATABASE_COMMITTED));
                }
                lives.add(at(kill, step));
            }
        }
        return lives;
    }

    /** Kills at random moments, and of random kinds. */
    List<Life> atRandom(int count) {
        List<Life> lives = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Kill kill = Kill.values()[random.nextInt(Kill.values().length)];
            lives.add(Life.after(kill, random.nextInt(PAYMENTS_MAX), random.nextInt(DELAY_MICROS_MAX)));
        }
        return lives;
    }

    private Life at(Kill kill, Step step) {
        return Life.at(kill, step, passes(step));
    }

    private int passes(Step step) {
        return switch (step) {
            case RESOLUTION_ASKS, RESOLUTION_ANSWERED, RESOLUTION_FORCES, RESOLUTION_FORCED -> 0;
            case MARKERS_DELETE, MARKERS_DELETED, DOUBT_ASKS, DOUBT_ANSWERED ->
                random.nextInt(PASSES_OF_SELDOM_STEPS_MAX);
            default -> random.nextInt(PASSES_MAX);
        };
    }
}
