package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.common.WalObserver;
import dev.wal.interleaving.HeapFiles;
import dev.wal.interleaving.Scenario;
import dev.wal.segment.SegmentHeader;
import dev.wal.segment.TailVerdict;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/** A log with one partition whose threads a scheduler runs. */
final class ModelLog {
    static final int SEGMENT_SIZE = 16 * 1024;
    private static final LogIdentity IDENTITY = new LogIdentity(7, 1);

    final HeapFiles files = new HeapFiles();
    final Log log;

    /** Callers that are treated like virtual threads: none, one of those that are named so, or all. */
    static Predicate<Thread> someVirtual(Scenario.Run run) {
        List<Predicate<Thread>> some = List.of(
                thread -> false,
                thread -> thread.getName().endsWith("committer 0"),
                thread -> !thread.getName().startsWith("wal-"));
        return some.get(run.choose(some.size()));
    }

    ModelLog(Durability durability) throws IOException {
        this(durability, thread -> false);
    }

    /** @param virtual callers that are treated like virtual threads */
    ModelLog(Durability durability, Predicate<Thread> virtual) throws IOException {
        Log.create(files, IDENTITY, SEGMENT_SIZE);
        SegmentHeader first = new SegmentHeader(1, IDENTITY.logId(), 0, SEGMENT_SIZE);
        LogScan scan = emptyLog(first);
        LogSettings settings = new LogSettings(
                SEGMENT_SIZE,
                Long.MAX_VALUE,
                durability,
                WalObserver.NONE,
                () -> 1,
                System::nanoTime,
                name -> new SomeVirtual(new OwnThreads(name), virtual));
        log = Log.start(files, IDENTITY, settings, 1, scan);
    }

    /** What reading a log finds that has one segment and nothing in it. */
    static LogScan emptyLog(SegmentHeader first) {
        return new LogScan(
                List.of(new SegmentInfo(first, 1)),
                0,
                first.firstFramePosition(),
                TailVerdict.CLEAN,
                first.firstFramePosition(),
                0,
                0,
                0,
                new PartitionLsns(new long[1]),
                0);
    }

    /** A batch of one record. */
    static Batch batch(int bytes, Batch.CommitHandler handler) {
        Batch batch = new Batch(bytes, handler);
        batch.reserve(bytes);
        batch.added(0, bytes);
        return batch;
    }

    boolean isForced(Batch batch) {
        long segment = batch.position() / SEGMENT_SIZE;
        String file = new SegmentHeader((int) segment + 1, IDENTITY.logId(), 0, SEGMENT_SIZE).fileName();
        return files.isForced(file, batch.position() % SEGMENT_SIZE, (batch.end() - 1) % SEGMENT_SIZE + 1);
    }

    /** Threads of the log's own, to which some of its callers are virtual ones. */
    private record SomeVirtual(OwnThreads threads, Predicate<Thread> virtual) implements LogThreads {

        @Override
        public boolean isCallerVirtual() {
            return virtual.test(Thread.currentThread());
        }

        @Override
        public void prepareSegment(Runnable task) {
            threads.prepareSegment(task);
        }

        @Override
        public void forceFullSegments(Runnable task) {
            threads.forceFullSegments(task);
        }

        @Override
        public Thread startFlusher(Runnable loop, Runnable step) {
            return threads.startFlusher(loop, step);
        }

        @Override
        public void help(Runnable task) {
            threads.help(task);
        }

        @Override
        public int helpers() {
            return threads.helpers();
        }

        @Override
        public void close() {
            threads.close();
        }
    }
}
