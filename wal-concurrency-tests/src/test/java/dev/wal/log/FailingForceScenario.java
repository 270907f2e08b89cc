package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.common.WalException;
import dev.wal.common.WalFailedException;
import dev.wal.interleaving.Scenario;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A force fails under committers of both kinds, and under one who asks for a force. */
public final class FailingForceScenario implements Scenario {
    private final Set<Throwable> causes = new HashSet<>();
    private final List<Batch> acknowledged = new ArrayList<>();
    private int outcomes;
    private Durability durability = Durability.synchronous();

    @Override
    public void run(Run run) throws IOException {
        durability = run.choose(2) == 0 ? Durability.synchronous() : Durability.groupCommit();
        // In some runs the log forces by itself meanwhile.
        Durability level = run.choose(3) == 0 ? Durability.periodic(Duration.ofMillis(2)) : durability;
        ModelLog model = new ModelLog(level, ModelLog.someVirtual(run));
        Log log = model.log;
        model.files.failLogForce(1 + run.choose(3));
        List<Thread> threads = new ArrayList<>();
        int commits = 1 + run.choose(2);
        for (int i = 0; i < 2; i++) {
            threads.add(run.start("committer " + i, () -> {
                for (int j = 0; j < commits; j++) {
                    outcome(() -> acknowledge(model, commit(model)));
                }
            }));
        }
        boolean requests = run.choose(2) == 0;
        if (requests) {
            threads.add(run.start("requester", () -> outcome(log::sync)));
        }
        threads.add(run.start("asynchronous committer", () -> commitAsync(model)));
        threads.forEach(run::join);
        int expected = 2 * commits + 1 + (requests ? 1 : 0);
        run.await("everybody being told", () -> outcomes == expected);
        if (!causes.isEmpty()) {
            refusesFromNowOn(model);
        }
        log.close();
        if (outcomes != expected || causes.size() > 1) {
            throw new AssertionError(outcomes + " outcomes, causes " + causes);
        }
    }

    private Batch commit(ModelLog model) {
        Batch batch = ModelLog.batch(8, null);
        batch.durability(durability);
        model.log.commit(batch);
        return batch;
    }

    private void commitAsync(ModelLog model) {
        Batch batch = ModelLog.batch(8, null);
        batch.durability(durability);
        try {
            model.log.commitAsync(batch, new Batch.AsyncCommit() {
                @Override
                public void succeeded() {
                    outcome(() -> acknowledge(model, batch));
                }

                @Override
                public void failed(RuntimeException cause) {
                    outcome(() -> {
                        throw cause;
                    });
                }
            });
        } catch (WalException e) {
            outcome(() -> {
                throw e;
            });
        }
    }

    private void acknowledge(ModelLog model, Batch batch) {
        acknowledged.add(batch);
        if (!model.isForced(batch)) {
            throw new AssertionError("acknowledged, but not forced: " + batch);
        }
    }

    /** Once for each who waits. */
    private void outcome(Runnable call) {
        try {
            call.run();
        } catch (WalFailedException e) {
            causes.add(e.getCause());
        }
        outcomes++;
    }

    private void refusesFromNowOn(ModelLog model) {
        try {
            commit(model);
        } catch (WalFailedException e) {
            return;
        }
        throw new AssertionError("a failed log accepted a commit");
    }
}
