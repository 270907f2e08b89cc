package dev.wal;

import dev.wal.SimulatedLog.Nature;
import dev.wal.common.Durability;
import dev.wal.common.RecoveryMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A life of a log, made of a seed. Each life prefers other things, so that rare ones come often in some. */
final class RandomSteps {
    static final Duration INTERVAL = Duration.ofMillis(10);
    private static final int MOST_CRASHES = 3;
    private static final int MOST_STEPS_BETWEEN = 50;

    private final Random random;
    private final Nature nature;

    /** How often each kind of step comes. */
    private final int[] weights = new int[16];

    private final int largeRows;

    /** Whether segments are damaged. Then nothing can be said of promises, nor of snapshots that are newer than the log. */
    private final boolean damages;

    RandomSteps(long seed) {
        random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        nature = new Nature(
                durability(),
                random.nextBoolean(),
                random.nextBoolean() ? RecoveryMode.TOLERATE_TORN_TAIL : RecoveryMode.STOP_AT_DAMAGE,
                random.nextBoolean() ? 1024 << random.nextInt(4) : 8 << 20,
                random.nextInt(4) == 0 ? (2 + random.nextInt(6)) * (long) Logs.SEGMENT_SIZE : 0);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(5);
        }
        weights[0] += 4;
        largeRows = 2 + random.nextInt(8);
        damages = !nature.stateful() && nature.mode() == RecoveryMode.STOP_AT_DAMAGE && random.nextInt(3) == 0;
    }

    Nature nature() {
        return nature;
    }

    private Durability durability() {
        return switch (random.nextInt(5)) {
            case 0 -> Durability.synchronous();
            case 1 -> Durability.noSync();
            case 2 -> Durability.periodic(INTERVAL);
            default -> Durability.groupCommit();
        };
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        int crashes = 1 + random.nextInt(MOST_CRASHES);
        for (int i = 0; i < crashes; i++) {
            int between = random.nextInt(MOST_STEPS_BETWEEN);
            int failsAt = random.nextInt(3) > 0 ? random.nextInt(between + 1) : -1;
            for (int j = 0; j <= between; j++) {
                if (j == failsAt) {
                    steps.add(fail());
                }
                steps.add(step());
            }
            if (damages) {
                steps.add(new Step.DamageSegment(random.nextLong()));
            }
            steps.add(crash());
        }
        for (int j = random.nextInt(4); j > 0; j--) {
            steps.add(step());
        }
        return steps;
    }

    private Step step() {
        int total = 0;
        for (int weight : weights) {
            total += weight;
        }
        int chosen = random.nextInt(total);
        int kind = 0;
        while (chosen >= weights[kind]) {
            chosen -= weights[kind++];
        }
        return step(kind);
    }

    private Step step(int kind) {
        return switch (kind) {
            case 0 -> transact();
            case 1 -> new Step.CallerBegin(partition(), callerId());
            case 2 -> new Step.CallerPut(partition(), callerId(), size());
            case 3 -> new Step.CallerCommit(partition(), callerId());
            case 4 -> new Step.CallerRollBack(partition(), callerId());
            case 5 -> new Step.PutAlone(partition(), size());
            case 6 -> new Step.AppendBatch(partition(), 1 + random.nextInt(3), size());
            case 7 ->
                random.nextInt(3) == 0
                        ? Step.Plain.AUTOMATIC_CHECKPOINT
                        : new Step.TakeCheckpoint(random.nextInt(Logs.PARTITIONS + 1));
            case 8 -> Step.Plain.SYNC;
            case 9 -> Step.Plain.FLUSH;
            case 10 -> Step.Plain.FORCE_FULL;
            case 11 -> new Step.Pass(random.nextLong() >>> 1 + 38 + random.nextInt(6));
            case 14 -> Step.Plain.IDLE;
            case 13 -> new Step.Resolve(random.nextInt(3));
            case 12 -> new Step.DamageSnapshot(partition());
            default -> random.nextInt(6) == 0 ? Step.Plain.REOPEN : transact();
        };
    }

    /** The first ones come more often, so that what belongs together meets. */
    private int partition() {
        return random.nextInt(1 + random.nextInt(Logs.PARTITIONS));
    }

    private int callerId() {
        return random.nextInt(2);
    }

    private int size() {
        return random.nextInt(largeRows) == 0 ? 1_000 + random.nextInt(3_000) : random.nextInt(40);
    }

    private Step transact() {
        List<Step.Action> actions = new ArrayList<>();
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            actions.add(
                    switch (random.nextInt(8)) {
                        case 0 -> Step.SetSavepoint.INSTANCE;
                        case 1 -> new Step.Undo(random.nextInt(2));
                        default -> new Step.Put(partition(), size());
                    });
        }
        return new Step.Transact(random.nextInt(2), actions, ending(), level());
    }

    private Step.Ending ending() {
        Step.Ending[] endings = Step.Ending.values();
        Step.Ending ending = random.nextBoolean() ? Step.Ending.COMMIT : endings[random.nextInt(endings.length)];
        return damages && ending.prepares() ? Step.Ending.COMMIT : ending;
    }

    private Durability level() {
        return switch (random.nextInt(8)) {
            case 0 -> Durability.synchronous();
            case 1 -> Durability.noSync();
            case 2 -> Durability.groupCommit();
            default -> null;
        };
    }

    private Step fail() {
        Step.Failure[] failures = Step.Failure.values();
        return new Step.Fail(1 + random.nextInt(1 + random.nextInt(120)), failures[random.nextInt(failures.length)]);
    }

    private Step crash() {
        List<Integer> failingOpens = new ArrayList<>();
        while (random.nextInt(3) == 0) {
            failingOpens.add(1 + random.nextInt(30));
        }
        return new Step.Crash(random.nextBoolean(), random.nextLong(), failingOpens);
    }
}
