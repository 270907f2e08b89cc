package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.common.WalObserver;
import dev.wal.segment.SegmentFormat;
import dev.wal.segment.SegmentHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads commit on one log; a wake-up that got lost would hang the run. */
@JCStressTest
@Outcome(
        id = "1, 1",
        expect = Expect.ACCEPTABLE,
        desc = "both returned after a force that covers them, and were applied")
@Outcome(expect = Expect.FORBIDDEN, desc = "returned too early")
@State
public class CommitStress {
    /** One for all: what matters is how commits of one log meet. */
    private static final Log LOG = log();

    private int firstApplied;
    private int secondApplied;

    private static Log log() {
        SegmentHeader first = new SegmentHeader(1, 7, 0, SegmentFormat.MAX_SIZE);
        LogScan scan = ModelLog.emptyLog(first);
        LogSettings settings = new LogSettings(
                SegmentFormat.MAX_SIZE,
                Long.MAX_VALUE,
                Durability.groupCommit(),
                WalObserver.NONE,
                () -> 1,
                System::nanoTime);
        try {
            return Log.start(new NoFiles(), new LogIdentity(7, 1), settings, 1, scan);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean commit(Batch batch) {
        batch.reserve(8);
        batch.added(0, 8);
        LOG.commit(batch);
        return LOG.status().durable() >= batch.end();
    }

    @Actor
    public void first(II_Result result) {
        boolean durable = commit(new Batch(8, handled -> firstApplied = 1));
        result.r1 = durable ? firstApplied : 2;
    }

    @Actor
    public void second(II_Result result) {
        boolean durable = commit(new Batch(8, handled -> secondApplied = 1));
        result.r2 = durable ? secondApplied : 2;
    }
}
