package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.interleaving.Scenario;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Commits of different levels on one log, all of them applied to a state. */
public final class LevelsScenario implements Scenario {
    private static final List<Durability> LEVELS = List.of(
            Durability.synchronous(),
            Durability.groupCommit(),
            Durability.noSync(),
            Durability.periodic(Duration.ofSeconds(1)),
            // So short that the log forces by itself meanwhile.
            Durability.periodic(Duration.ofMillis(2)));

    private final List<Batch> applied = new ArrayList<>();

    @Override
    public void run(Run run) throws IOException {
        ModelLog model = new ModelLog(LEVELS.get(run.choose(LEVELS.size())), ModelLog.someVirtual(run));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Durability own = LEVELS.get(run.choose(LEVELS.size()));
            threads.add(run.start(own + " committer " + i, () -> {
                for (int j = 0; j < 2; j++) {
                    commit(run, model, own);
                }
            }));
        }
        threads.forEach(run::join);
        model.log.close();
    }

    private void commit(Run run, ModelLog model, Durability own) {
        Batch batch = ModelLog.batch(8, handled -> {
            run.step();
            apply(handled);
        });
        batch.durability(own);
        model.log.commit(batch);
        if (!applied.contains(batch)) {
            throw new AssertionError("returned before it was applied: " + batch);
        }
        if (own.forcesBeforeCommitReturns() && !model.isForced(batch)) {
            throw new AssertionError("returned before it was forced: " + batch);
        }
    }

    private void apply(Batch batch) {
        if (!applied.isEmpty() && applied.get(applied.size() - 1).position() >= batch.position()) {
            throw new AssertionError("not in log order: " + applied + ", " + batch);
        }
        applied.add(batch);
    }
}
