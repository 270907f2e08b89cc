package dev.wal.log;

import dev.wal.common.WalStorageException;
import dev.wal.segment.FrameReader;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Lets a running log be read, and keeps the segments that are being read from being deleted. Safe for use by several threads. */
final class LogReaders {
    private final Storage storage;
    private final LogIdentity identity;
    private final Tail tail;
    private final SegmentMaker maker;
    private final SegmentSupply supply;
    private final Collection<Long> positions = new ConcurrentLinkedQueue<>();

    LogReaders(Storage storage, LogIdentity identity, Tail tail, SegmentMaker maker, SegmentSupply supply) {
        this.storage = storage;
        this.identity = identity;
        this.tail = tail;
        this.maker = maker;
        this.supply = supply;
    }

    /**
     * Reads from a position to where the log is now.
     *
     * @param windowSize see {@link dev.wal.segment.FrameReader}
     */
    LogReader read(long from, int windowSize) {
        tail.writeTo(tail.appended());
        positions.add(from);
        try {
            // In this order: the segments known then hold all that was written before.
            long end = tail.written();
            LogStatus status = tail.status();
            return new LogReader(
                    storage,
                    identity.partitions(),
                    windowSize,
                    status.segments(),
                    Math.max(from, status.segments().get(0).firstFramePosition()),
                    end,
                    () -> positions.remove(from));
        } catch (Throwable e) {
            positions.remove(from);
            throw e;
        }
    }

    /** Reads what is durable, also what will be. */
    LogFollower follow(DurableWatch watch, LogFailure failure) {
        // In this order: the segments known then hold all that was durable before.
        long end = tail.durable();
        List<SegmentHeader> segments = tail.segmentHeaders();
        return new LogFollower(
                tail,
                watch,
                failure,
                unheld(FrameReader.SEQUENTIAL_WINDOW, segments, end),
                unheld(FrameReader.RANDOM_WINDOW, segments, end));
    }

    private LogReader unheld(int windowSize, List<SegmentHeader> segments, long end) {
        return new LogReader(
                storage,
                identity.partitions(),
                windowSize,
                segments,
                segments.get(0).firstFramePosition(),
                end,
                () -> {});
    }

    /** Deletes all segments before one, or keeps their files to use them again, except those that are being read. */
    int deleteSegmentsBefore(int number) {
        List<SegmentHeader> forgotten = tail.forgetSegmentsBefore(number, this::lowestPosition);
        try {
            for (SegmentHeader header : forgotten) {
                maker.reuse(header);
            }
            if (!forgotten.isEmpty()) {
                storage.forceDirectory();
            }
            supply.retry();
        } catch (IOException e) {
            throw new WalStorageException(
                    "Obsolete segments before " + number + " in " + storage.directory()
                            + " could not be deleted; the next open deletes them",
                    e);
        }
        return forgotten.size();
    }

    private long lowestPosition() {
        return positions.stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    }
}
