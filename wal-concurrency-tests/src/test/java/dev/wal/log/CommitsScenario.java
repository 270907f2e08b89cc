package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.interleaving.Scenario;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Two or three committers, one who asks for a force, and one who looks between two completions. */
public final class CommitsScenario implements Scenario {
    private static final List<Durability> LEVELS = List.of(
            Durability.synchronous(),
            Durability.groupCommit(),
            Durability.groupCommit(1, Duration.ofMillis(1)),
            Durability.groupCommit(1000, Duration.ZERO));

    private final List<Batch> completed = new ArrayList<>();

    @Override
    public void run(Run run) throws IOException {
        ModelLog model = new ModelLog(LEVELS.get(run.choose(LEVELS.size())), ModelLog.someVirtual(run));
        Log log = model.log;
        List<Thread> threads = new ArrayList<>();
        int committers = 2 + run.choose(2);
        int commits = 1 + run.choose(2);
        for (int i = 0; i < committers; i++) {
            threads.add(run.start("committer " + i, () -> {
                for (int j = 0; j < commits; j++) {
                    commit(run, model);
                }
            }));
        }
        if (run.choose(2) == 0) {
            threads.add(run.start("requester", log::sync));
        }
        if (run.choose(2) == 0) {
            threads.add(run.start("freezer", () -> log.betweenHandlers(this::check)));
        }
        threads.forEach(run::join);
        log.close();
        if (completed.size() != committers * commits) {
            throw new AssertionError("not all were completed: " + completed);
        }
    }

    private void commit(Run run, ModelLog model) {
        Batch batch = ModelLog.batch(8, handled -> {
            run.step();
            complete(handled);
        });
        model.log.commit(batch);
        if (!model.isForced(batch)) {
            throw new AssertionError("returned before it was forced: " + batch);
        }
        if (!completed.contains(batch)) {
            throw new AssertionError("returned before it was applied: " + batch);
        }
    }

    private void complete(Batch batch) {
        if (!completed.isEmpty() && completed.get(completed.size() - 1).position() >= batch.position()) {
            throw new AssertionError("not in log order: " + completed + ", " + batch);
        }
        completed.add(batch);
    }

    private static long batchesBetween(HandledPoint point) {
        long size = ModelLog.batch(8, handled -> {}).frameSize();
        return (point.appended() - point.position()) / size;
    }

    private Void check(HandledPoint point) {
        if (completed.stream().anyMatch(batch -> batch.position() >= point.position())
                || point.position() > point.appended()
                // All batches are of one size, so that this many lie between the two positions.
                || point.nextLsns().of(0) - completed.size() != batchesBetween(point)) {
            throw new AssertionError("not between " + completed + " and the rest: " + point);
        }
        return null;
    }
}
