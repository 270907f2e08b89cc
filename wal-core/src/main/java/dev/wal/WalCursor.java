package dev.wal;

import dev.wal.common.WalClosedException;
import dev.wal.common.WalOvertakenException;
import dev.wal.log.Log;
import dev.wal.log.LogReader;
import dev.wal.log.LsnPlace;
import dev.wal.record.LoggedRecord;
import dev.wal.record.RecordCursor;
import dev.wal.segment.Frame;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The records of a log as they were written, in the order of their positions: of committed, rolled back and undecided transactions, and Checkpoint records. Reads to where the log
 * was when the cursor was made, beside writers and without their locks.
 *
 * <p>What is read was written, but need not be forced yet: a record at or above {@link WalStatus#durableMark()} may be lost with the power. A {@link WalTailer} hands over only what cannot.
 *
 * <p>The part of the log that it reads is not dropped before the cursor is closed. For one thread.
 */
public final class WalCursor implements AutoCloseable {
    private static final int ALL = -1;

    private final LogReader reader;
    private final BooleanSupplier logClosed;
    private final int partition;
    private final long fromLsn;
    private final long fromPosition;
    private final RecordCursor records;
    private final long[] nextLsns;
    private long position;
    private long commitTimeMicros;
    private boolean closed;

    private WalCursor(
            LogReader reader,
            BooleanSupplier logClosed,
            int partitions,
            int partition,
            long fromLsn,
            long fromPosition) {
        this.reader = reader;
        this.logClosed = logClosed;
        this.partition = partition;
        this.fromLsn = fromLsn;
        this.fromPosition = fromPosition;
        this.records = new RecordCursor(partitions);
        this.nextLsns = new long[partitions];
    }

    static WalCursor ofPositions(Log log, BooleanSupplier logClosed, int partitions, long from) {
        LogReader reader = log.read(from);
        try {
            if (from < 0 || from > reader.end()) {
                throw new IllegalArgumentException(
                        "There is no position " + from + ": the log ends at " + reader.end());
            }
            if (from < reader.beginning()) {
                throw new WalOvertakenException(
                        "Position " + from + " was dropped from the log. The first position that is left is "
                                + reader.firstPosition() + ": read from there.",
                        reader.firstPosition(),
                        -1);
            }
            reader.seekSegmentOf(from);
            return new WalCursor(reader, logClosed, partitions, ALL, 0, from);
        } catch (Throwable e) {
            reader.close();
            throw e;
        }
    }

    static WalCursor ofLsns(Log log, BooleanSupplier logClosed, int partitions, int partition, long from) {
        // Holds back everything until it is known what has to be.
        try (LogReader all = log.read(0)) {
            LsnPlace place = log.find(partition, from);
            if (from < 0 || from > place.nextLsn()) {
                throw new IllegalArgumentException("Partition " + partition + " has no LSN " + from
                        + ": its next record gets LSN " + place.nextLsn());
            }
            if (from < place.firstLsn()) {
                throw new WalOvertakenException(
                        "LSN " + from + " of partition " + partition
                                + " was dropped from the log. The first that is left is " + place.firstLsn()
                                + ": read from there.",
                        all.firstPosition(),
                        place.firstLsn());
            }
            LogReader reader = log.read(place.position());
            reader.seek(place.position());
            return new WalCursor(reader, logClosed, partitions, partition, from, 0);
        }
    }

    /**
     * The next record, or nothing at the end.
     *
     * @throws dev.wal.common.WalCorruptedException if the log cannot be read there
     * @throws WalClosedException if the log was closed
     * @throws IllegalStateException if the cursor was closed
     */
    public Optional<LoggedRecord> next() {
        checkOpen();
        while (true) {
            while (records.next()) {
                int ofPartition = records.partition();
                long lsn = nextLsns[ofPartition]++;
                if (partition == ALL || (ofPartition == partition && lsn >= fromLsn)) {
                    return Optional.of(new LoggedRecord(records.record(), lsn, position, commitTimeMicros));
                }
            }
            Frame frame = reader.next();
            if (frame == null) {
                return Optional.empty();
            }
            if (frame.isBatch() && isWanted(frame)) {
                begin(frame);
            }
        }
    }

    private boolean isWanted(Frame frame) {
        if (partition == ALL) {
            return frame.position() >= fromPosition;
        }
        for (int entry = 0; entry < frame.entries(); entry++) {
            if (frame.partition(entry) == partition) {
                return frame.firstLsn(entry) + frame.count(entry) > fromLsn;
            }
        }
        return false;
    }

    private void begin(Frame frame) {
        position = frame.position();
        commitTimeMicros = frame.commitTimeMicros();
        for (int entry = 0; entry < frame.entries(); entry++) {
            nextLsns[frame.partition(entry)] = frame.firstLsn(entry);
        }
        records.reset(frame.payload(), position, commitTimeMicros);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The cursor is closed");
        }
        if (logClosed.getAsBoolean()) {
            throw new WalClosedException("The log is closed, and cannot be read any more");
        }
    }

    /** Does nothing the second time. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            reader.close();
        }
    }
}
