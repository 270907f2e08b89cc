package dev.wal.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** One thread appends a batch, another completes what it finds in the queue. */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "not in the queue yet")
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the place of the batch is seen")
@Outcome(expect = Expect.FORBIDDEN, desc = "completed, but something is missing")
@State
public class QueuedBatchStress {
    private final StressedQueue stressed = new StressedQueue();

    @Actor
    public void committer() {
        stressed.append();
    }

    @Actor
    public void leader(I_Result result) {
        stressed.complete();
        if (stressed.applied == 1) {
            result.r1 = stressed.seen();
        }
    }
}
