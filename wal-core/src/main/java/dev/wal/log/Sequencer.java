package dev.wal.log;

import dev.wal.segment.FrameFormat;
import dev.wal.segment.FrameFormat.FramePlace;
import dev.wal.segment.FrameFormat.HeaderChecksum;
import dev.wal.segment.SegmentHeader;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

/** Writes the headers of frames, and gives batches their LSNs and commit time, which never goes back. For the holder of the append lock. */
final class Sequencer {
    private final LongSupplier clockMicros;
    private final HeaderChecksum headerChecksum;
    private final FramePlace place = new FramePlace();
    private final long[] nextLsns;

    Sequencer(LogIdentity identity, int incarnation, LogScan scan, LongSupplier clockMicros) {
        this.clockMicros = clockMicros;
        this.headerChecksum = new HeaderChecksum(identity.logId());
        this.nextLsns = scan.nextLsns().toArray();
        this.place.incarnation = incarnation;
        this.place.commitTimeMicros = scan.commitTimeMicros();
    }

    /**
     * Writes the header of a batch at an index of a buffer, and gives the batch its LSNs.
     *
     * @param mark durable mark
     * @param segment the segment that the position is in
     */
    void putHeader(Batch batch, ByteBuffer target, int index, long position, long mark, SegmentInfo segment) {
        place.position = position;
        place.mark = mark;
        place.segment = segment.header().number();
        place.commitTimeMicros = Math.max(place.commitTimeMicros, clockMicros.getAsLong());
        int entries = batch.entries();
        byte flags = batch.isHoldingNothing() ? FrameFormat.HOLDS_NOTHING : 0;
        FrameFormat.putHeader(
                target, index, FrameFormat.BATCH, flags, entries, batch.length(), batch.payloadChecksum(), place);
        for (int i = 0; i < entries; i++) {
            int partition = batch.partition(i);
            long firstLsn = nextLsns[partition];
            FrameFormat.putEntry(target, index, i, partition, batch.count(i), firstLsn);
            batch.firstLsn(i, firstLsn);
            nextLsns[partition] = firstLsn + batch.count(i);
            if (!batch.isHoldingNothing()) {
                segment.hold(partition, nextLsns[partition] - 1);
            }
        }
        FrameFormat.putChecksum(target, index, entries, headerChecksum);
    }

    /** Writes a mark or a seal at an index of a buffer. */
    void putEmptyFrame(byte type, ByteBuffer target, int index, long position, long mark, SegmentHeader segment) {
        place.position = position;
        place.mark = mark;
        place.segment = segment.number();
        FrameFormat.putHeader(target, index, type, (byte) 0, 0, 0, 0, place);
        FrameFormat.putChecksum(target, index, 0, headerChecksum);
    }

    /** Of the last batch. */
    long commitTimeMicros() {
        return place.commitTimeMicros;
    }

    /** LSN of the next record of each partition, which the caller must not change. */
    long[] nextLsns() {
        return nextLsns;
    }
}
