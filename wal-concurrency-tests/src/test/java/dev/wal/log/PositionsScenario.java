package dev.wal.log;

import dev.wal.interleaving.HeapFiles;
import dev.wal.interleaving.Scenario;
import dev.wal.segment.Segment;
import dev.wal.segment.SegmentHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;

/** Two threads append and write, a third forces, and a fourth looks at where the log is. */
public final class PositionsScenario implements Scenario {
    private static final int LOOKS = 8;

    @Override
    public void run(Run run) throws IOException {
        HeapFiles files = new HeapFiles();
        SegmentHeader first = new SegmentHeader(1, 7, 0, ModelLog.SEGMENT_SIZE);
        LogFailure failure = new LogFailure(files.directory());
        ExecutorService background = Daemons.executor("segments");
        SegmentSupply supply = new SegmentSupply(
                files,
                new SegmentMaker(files, ModelLog.SEGMENT_SIZE, new DiskUse(files, Long.MAX_VALUE)),
                background,
                null);
        LogScan scan = ModelLog.emptyLog(first);
        Tail tail = new Tail(
                failure,
                supply,
                new CommitQueue(failure, new LinkedBlockingQueue<>()),
                new CommitQueue(failure, new LinkedBlockingQueue<>()),
                new LogIdentity(7, 1),
                1,
                scan,
                Segment.create(files, first),
                () -> 1,
                System::nanoTime,
                () -> false,
                number -> {});
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int bytes = run.choose(2) == 0 ? 8 : 6_000;
            threads.add(run.start("writer " + i, () -> {
                for (int j = 0; j < 3; j++) {
                    Batch batch = ModelLog.batch(bytes, null);
                    tail.append(batch, false);
                    tail.writeTo(batch.end());
                }
            }));
        }
        threads.add(run.start("forcer", () -> {
            tail.force();
            tail.force();
        }));
        threads.add(run.start("observer", () -> look(tail)));
        threads.forEach(run::join);
        background.shutdown();
    }

    private static void look(Tail tail) {
        long durableBefore = 0;
        long writtenBefore = 0;
        long appendedBefore = 0;
        for (int i = 0; i < LOOKS; i++) {
            // In this order: each may have grown since the one before was read.
            long durable = tail.durable();
            long written = tail.written();
            long appended = tail.appended();
            if (durable > written || written > appended) {
                throw new AssertionError("durable " + durable + ", written " + written + ", appended " + appended);
            }
            if (durable < durableBefore || written < writtenBefore || appended < appendedBefore) {
                throw new AssertionError("a position went back");
            }
            durableBefore = durable;
            writtenBefore = written;
            appendedBefore = appended;
        }
    }
}
