package dev.wal.log;

import dev.wal.segment.Segment;
import dev.wal.segment.SegmentHeader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;

/** The segments that hold the log, from the oldest to the current one, and which of them are full and not forced yet. */
final class TailSegments {
    private final LogFailure failure;

    // Written under the roll, write and append locks, read under any of them.
    private TailSegment current;
    private SegmentInfo currentInfo;

    /** Guarded by the append lock. */
    private final Deque<SegmentInfo> all = new ArrayDeque<>();

    /** Guarded by the write lock. */
    private final List<TailSegment> unforced = new ArrayList<>();

    TailSegments(LogFailure failure, LogScan scan, Segment segment) {
        this.failure = failure;
        this.current = new TailSegment(segment, failure);
        this.all.addAll(scan.segments().subList(0, scan.endSegment() + 1));
        this.currentInfo = all.getLast();
    }

    TailSegment current() {
        return current;
    }

    SegmentInfo currentInfo() {
        return currentInfo;
    }

    /**
     * Goes on in another segment, with all locks held.
     *
     * @param nextLsns LSN of the next record of each partition
     */
    void use(Segment next, long[] nextLsns) {
        unforced.add(current);
        current = new TailSegment(next, failure);
        currentInfo = new SegmentInfo(next.header(), nextLsns);
        all.addLast(currentInfo);
    }

    /** Full segments that may not be forced yet; with the write lock held. */
    List<TailSegment> unforced() {
        return List.copyOf(unforced);
    }

    /** With the write lock held. */
    void forced(List<TailSegment> full) {
        unforced.removeAll(full);
    }

    /** All of them, oldest first; with the append lock held. */
    List<SegmentHeader> headers() {
        return all.stream().map(SegmentInfo::header).toList();
    }

    /** Position of the first byte that is left; with the append lock held. */
    long firstPosition() {
        return all.getFirst().header().basePosition();
    }

    /** Where to look for a record; with the append lock held. */
    LsnPlace find(int partition, long lsn, long nextLsn) {
        SegmentInfo first = all.getFirst();
        SegmentInfo found = first;
        for (SegmentInfo info : all) {
            if (info.firstLsn(partition) > lsn) {
                break;
            }
            found = info;
        }
        return new LsnPlace(found.header().firstFramePosition(), first.firstLsn(partition), nextLsn);
    }

    /** See {@link Log#keptFrom}; with the append lock held. */
    long[] keptFrom(long[] lsns) {
        long[] from = new long[lsns.length];
        Arrays.fill(from, Long.MAX_VALUE);
        Iterator<SegmentInfo> newestFirst = all.descendingIterator();
        while (newestFirst.hasNext()) {
            SegmentInfo info = newestFirst.next();
            for (int partition = 0; partition < lsns.length; partition++) {
                if (info.lastHeldLsn(partition) >= lsns[partition]) {
                    from[partition] = info.header().basePosition();
                }
            }
        }
        return from;
    }

    /** Number of the first segment that is needed, or is not forced; with the append lock held. */
    int firstNeeded(Retention retention, long durable) {
        for (SegmentInfo info : all) {
            if (info == currentInfo || info.header().endPosition() > durable || !info.isObsolete(retention)) {
                return info.header().number();
            }
        }
        throw new AssertionError("the current segment is always needed");
    }

    /** Forgets segments that end at or below a position, and returns them, oldest first; with the append lock held. */
    List<SegmentHeader> forgetBefore(int number, LongSupplier below) {
        List<SegmentHeader> forgotten = new ArrayList<>();
        long limit = below.getAsLong();
        while (all.getFirst().header().number() < number
                && all.getFirst().header().endPosition() <= limit) {
            forgotten.add(all.removeFirst().header());
        }
        return forgotten;
    }

    /** Closes the files; with the write lock held. */
    void close() throws IOException {
        for (TailSegment full : unforced) {
            full.close();
        }
        current.close();
    }
}
