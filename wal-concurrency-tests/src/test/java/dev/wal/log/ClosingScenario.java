package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.common.WalClosedException;
import dev.wal.interleaving.Scenario;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A log is closed while others commit, both ways, and ask for a force. */
public final class ClosingScenario implements Scenario {
    private static final List<Durability> LEVELS =
            List.of(Durability.synchronous(), Durability.groupCommit(), Durability.noSync());

    private int accepted;
    private int told;

    @Override
    public void run(Run run) throws IOException {
        Durability level = LEVELS.get(run.choose(LEVELS.size()));
        ModelLog model = new ModelLog(level, ModelLog.someVirtual(run));
        Log log = model.log;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            threads.add(run.start(
                    "committer " + i,
                    () -> unlessClosed(() -> {
                        Batch batch = ModelLog.batch(8, null);
                        log.commit(batch);
                        if (level.forcesBeforeCommitReturns() && !model.isForced(batch)) {
                            throw new AssertionError("returned before it was forced: " + batch);
                        }
                    })));
        }
        threads.add(run.start(
                "asynchronous committer",
                () -> unlessClosed(() -> {
                    log.commitAsync(ModelLog.batch(8, null), new Batch.AsyncCommit() {
                        @Override
                        public void succeeded() {
                            told++;
                        }

                        @Override
                        public void failed(RuntimeException cause) {
                            throw cause;
                        }
                    });
                    accepted++;
                })));
        threads.add(run.start("closer", log::close));
        threads.forEach(run::join);
        run.await("all outcomes", () -> told == accepted);
    }

    private static void unlessClosed(Runnable action) {
        try {
            action.run();
        } catch (WalClosedException e) {
            // It came too late, and wrote nothing.
        }
    }
}
