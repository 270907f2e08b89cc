package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.interleaving.Scenario;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Two or three committers, and sometimes one who asks for a force. */
public final class CommitsScenario implements Scenario {
    private static final List<Durability> LEVELS = List.of(
            Durability.synchronous(),
            Durability.groupCommit(),
            Durability.groupCommit(1, Duration.ofMillis(1)),
            Durability.groupCommit(1000, Duration.ZERO));

    private final List<Batch> completed = new ArrayList<>();

    @Override
    public void run(Run run) throws IOException {
        ModelLog model = new ModelLog(LEVELS.get(run.choose(LEVELS.size())));
        Log log = model.log;
        List<Thread> threads = new ArrayList<>();
        int committers = 2 + run.choose(2);
        int commits = 1 + run.choose(2);
        for (int i = 0; i < committers; i++) {
            threads.add(run.start("committer " + i, () -> {
                for (int j = 0; j < commits; j++) {
                    Batch batch = ModelLog.batch(8, completed::add);
                    log.commit(batch);
                    if (!model.isForced(batch)) {
                        throw new AssertionError("returned before it was forced: " + batch);
                    }
                    if (!completed.contains(batch)) {
                        throw new AssertionError("returned before it was applied: " + batch);
                    }
                }
            }));
        }
        if (run.choose(2) == 0) {
            threads.add(run.start("requester", log::sync));
        }
        threads.forEach(run::join);
        log.close();
        for (int i = 1; i < completed.size(); i++) {
            if (completed.get(i - 1).position() >= completed.get(i).position()) {
                throw new AssertionError("not in log order: " + completed);
            }
        }
        if (completed.size() != committers * commits) {
            throw new AssertionError("not all were completed: " + completed);
        }
    }
}
