package dev.wal.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A leader completes a batch; the thread that waits for it looks. */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "not completed yet")
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "all that the batch tells, and what its handler did, is seen")
@Outcome(expect = Expect.FORBIDDEN, desc = "completed, but something is missing")
@State
public class CompletedBatchStress {
    private final StressedQueue stressed = new StressedQueue();

    @Actor
    public void leader() {
        stressed.append();
        stressed.complete();
    }

    @Actor
    public void waiter(I_Result result) {
        if (stressed.batch.completed) {
            result.r1 = stressed.seen();
        }
    }
}
