package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.interleaving.Scenario;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Asynchronous commits beside one that waits; those who are told commit once more. */
public final class AsyncCommitsScenario implements Scenario {
    private static final List<Durability> LEVELS =
            List.of(Durability.synchronous(), Durability.groupCommit(), Durability.noSync());

    private final List<Long> told = new ArrayList<>();

    @Override
    public void run(Run run) throws IOException {
        ModelLog model = new ModelLog(LEVELS.get(run.choose(LEVELS.size())), ModelLog.someVirtual(run));
        Log log = model.log;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            threads.add(run.start("committer " + i, () -> {
                commitAsync(log, true);
                commitAsync(log, false);
            }));
        }
        threads.add(run.start("waiting committer", () -> log.commit(ModelLog.batch(8, null))));
        threads.forEach(run::join);
        run.await("all outcomes", () -> told.size() == 6);
        log.close();
        if (told.size() != 6) {
            throw new AssertionError("told more than once: " + told);
        }
    }

    private void commitAsync(Log log, boolean goOn) {
        Batch batch = ModelLog.batch(8, null);
        log.commitAsync(batch, new Batch.AsyncCommit() {
            @Override
            public void succeeded() {
                if (!told.isEmpty() && told.get(told.size() - 1) >= batch.position()) {
                    throw new AssertionError("not in log order: " + told + ", " + batch.position());
                }
                told.add(batch.position());
                if (goOn) {
                    commitAsync(log, false);
                }
            }

            @Override
            public void failed(RuntimeException cause) {
                throw cause;
            }
        });
    }
}
