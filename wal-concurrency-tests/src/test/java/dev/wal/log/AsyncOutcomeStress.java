package dev.wal.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A leader completes an asynchronous commit; the completions thread tells its outcome. */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "not completed yet")
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "all that the batch tells, and what its handler did, is seen")
@Outcome(expect = Expect.FORBIDDEN, desc = "told, but something is missing")
@State
public class AsyncOutcomeStress {
    private final StressedQueue stressed = new StressedQueue();
    private I_Result told;

    public AsyncOutcomeStress() {
        stressed.batch.asyncCommit = new Batch.AsyncCommit() {
            @Override
            public void succeeded() {
                told.r1 = stressed.seen();
            }

            @Override
            public void failed(RuntimeException cause) {
                told.r1 = 3;
            }
        };
    }

    @Actor
    public void leader() {
        stressed.append();
        stressed.complete();
    }

    @Actor
    public void completions(I_Result result) {
        told = result;
        Runnable outcome = stressed.outcomes.poll();
        if (outcome != null) {
            outcome.run();
        }
    }
}
