package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.common.ForceReason;
import dev.wal.common.WalLimitException;
import dev.wal.common.WalObserver;
import dev.wal.segment.FrameFormat;
import dev.wal.segment.SegmentFormat;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Records that are appended together, all or none. One thread fills it, appends it once, and may read afterwards where it went.
 */
public final class Batch {
    private static final PayloadPool POOL = new PayloadPool();
    private static final byte[] RELEASED = new byte[0];
    private static final int MAX_SEARCHED = 16;
    private static final int[] NO_INDEX = {};

    private byte[] payload;
    private int length;
    private int payloadChecksum;
    private int entries;
    private int[] partitions = new int[2];

    /** Entry of a partition, once there are too many entries to be searched. */
    private int[] entryIndex = NO_INDEX;

    private int[] counts = new int[2];
    private long[] firstLsns = new long[2];
    private boolean holdsNothing;
    private boolean commitsNothing;
    private Reserve reserve = Reserve.NONE;

    private long position = -1;
    private long end = -1;
    private long commitTimeMicros;

    // State of its commit, see CommitQueue.
    @Nullable
    CommitHandler handler;

    @Nullable
    AsyncCommit asyncCommit;

    WalObserver.Observed observed = WalObserver.Observed.NOT;

    /** Null stands for the level of the log. */
    @Nullable
    Durability durability;

    boolean mustBeForced;

    /** Whether a thread of the log leads for this batch: nobody who waits for it does. Set, never reset. */
    volatile boolean ledByLog;

    ForceReason forceReason = ForceReason.COMMIT;
    volatile boolean completed;

    /** The thread that is parked until this is completed, or about to look once more and then park. */
    volatile @Nullable Thread waiter;

    volatile @Nullable Batch next;

    @Nullable
    Batch nextToWake;

    /** Called for a batch in log order, once it is as durable as its level promises and before its commit returns. */
    @FunctionalInterface
    public interface CommitHandler {
        void committed(Batch batch);
    }

    /** Told of the outcome of an asynchronous commit, by a thread of the log, in log order. */
    public interface AsyncCommit {
        void succeeded();

        void failed(RuntimeException cause);
    }

    /** An empty batch, whose handler will be called in log order. */
    public Batch(int expectedBytes, @Nullable CommitHandler handler) {
        this.payload = expectedBytes == 0 ? RELEASED : POOL.take(expectedBytes);
        this.handler = handler;
    }

    /**
     * Has room for more bytes at the end of the payload, and returns the array; {@link #length()} is where they go.
     *
     * @throws WalLimitException if no segment could take them
     */
    public byte[] reserve(int bytes) {
        long needed = (long) length + bytes;
        if (needed > payload.length) {
            if (needed > SegmentFormat.MAX_SIZE) {
                throw new WalLimitException("A batch of " + needed + " bytes is larger than the largest segment ("
                        + SegmentFormat.MAX_SIZE + " bytes). Nothing of it was written: split it.");
            }
            payload = Arrays.copyOf(
                    payload, (int) Math.min(SegmentFormat.MAX_SIZE, Math.max(needed, payload.length * 2L)));
        }
        return payload;
    }

    /** Counts a record, whose bytes were put at the end of the payload, into the batch. */
    public void added(int partition, int bytes) {
        length += bytes;
        // Finding the entry may replace the array.
        int entry = entry(partition);
        counts[entry]++;
    }

    /** Index of a partition among the entries, or −1. */
    public int entryOf(int partition) {
        if (entries > MAX_SEARCHED) {
            int entry = partition < entryIndex.length ? entryIndex[partition] : 0;
            // What is not there, or was taken back, leads to the entry of another partition, or behind the last.
            return entry < entries && partitions[entry] == partition ? entry : -1;
        }
        for (int i = entries - 1; i >= 0; i--) {
            if (partitions[i] == partition) {
                return i;
            }
        }
        return -1;
    }

    public boolean contains(int partition) {
        return entryOf(partition) >= 0;
    }

    private int entry(int partition) {
        int existing = entryOf(partition);
        if (existing >= 0) {
            return existing;
        }
        if (entries == partitions.length) {
            partitions = Arrays.copyOf(partitions, entries * 2);
            counts = Arrays.copyOf(counts, entries * 2);
            firstLsns = Arrays.copyOf(firstLsns, entries * 2);
        }
        partitions[entries] = partition;
        counts[entries] = 0;
        entries++;
        if (entries > MAX_SEARCHED) {
            index(entries == MAX_SEARCHED + 1 ? 0 : entries - 1);
        }
        return entries - 1;
    }

    private void index(int from) {
        for (int entry = from; entry < entries; entry++) {
            int partition = partitions[entry];
            if (partition >= entryIndex.length) {
                entryIndex = Arrays.copyOf(entryIndex, Math.max(partition + 1, entryIndex.length * 2));
            }
            entryIndex[partition] = entry;
        }
    }

    /** Takes the last records out again: all bytes behind a length, which are so many records of one partition. */
    public void takeBack(int lengthBefore, int partition, int records) {
        length = lengthBefore;
        int entry = entryOf(partition);
        counts[entry] -= records;
        if (counts[entry] == 0) {
            // Only the last entry can have become empty: it was made for these records.
            entries = entry;
        }
    }

    /** How full a batch was. */
    public static final class Mark {
        private final int length;
        private final int[] counts;

        private Mark(int length, int[] counts) {
            this.length = length;
            this.counts = counts;
        }
    }

    /** Remembers how full the batch is. */
    public Mark mark() {
        return new Mark(length, Arrays.copyOf(counts, entries));
    }

    /** Takes all records since a mark out again. */
    public void reset(Mark mark) {
        length = mark.length;
        entries = mark.counts.length;
        System.arraycopy(mark.counts, 0, counts, 0, entries);
    }

    /** Has a handler called in log order, once the batch is committed; before it is appended. */
    public void onCommit(CommitHandler newHandler) {
        handler = newHandler;
    }

    /** Takes all records out again. */
    public void clear() {
        length = 0;
        entries = 0;
    }

    /** Marks a batch of records that hold back no segment: Checkpoint, or Begin and Rollback. */
    public void holdsNothing() {
        holdsNothing = true;
    }

    /** Has commits behind this batch not wait for its force: it has to be forced, but says of no transaction that it is committed. */
    public void commitsNothing() {
        commitsNothing = true;
    }

    /** Which part of the reserve of a segment a batch may use; see {@link SegmentRoom}. */
    public enum Reserve {
        NONE,
        /** All but the room for one checkpoint: outcomes of transactions that hold segments back. */
        OUTCOME,
        /** All of it. */
        CHECKPOINT
    }

    /** Lets a batch use room that is kept in each segment for those that make room. */
    public void mayUse(Reserve part) {
        reserve = part;
    }

    /** Has the batch committed at a level of its own; null stands for that of the log. */
    public void durability(@Nullable Durability level) {
        durability = level;
    }

    /** Computes the checksum of the payload; outside any lock, after the last record. */
    void seal() {
        CRC32C checksum = new CRC32C();
        checksum.update(payload, 0, length);
        payloadChecksum = (int) checksum.getValue();
    }

    void placed(long atPosition, long endPosition, long timeMicros) {
        position = atPosition;
        end = endPosition;
        commitTimeMicros = timeMicros;
    }

    void firstLsn(int entry, long lsn) {
        firstLsns[entry] = lsn;
    }

    /** Lets the payload go once it was staged: a batch may stay referenced by the queue. */
    void releasePayload() {
        byte[] staged = payload;
        payload = RELEASED;
        POOL.give(staged);
    }

    byte[] payload() {
        return payload;
    }

    int payloadChecksum() {
        return payloadChecksum;
    }

    Reserve reserve() {
        return reserve;
    }

    boolean isCommittingNothing() {
        return commitsNothing;
    }

    boolean isHoldingNothing() {
        return holdsNothing;
    }

    /** Bytes of the payload so far. */
    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return entries == 0;
    }

    /** Number of partitions with records in the batch. */
    public int entries() {
        return entries;
    }

    public int partition(int entry) {
        return partitions[entry];
    }

    public int count(int entry) {
        return counts[entry];
    }

    /** LSN of the first record of an entry; once appended. */
    public long firstLsn(int entry) {
        return firstLsns[entry];
    }

    /** Number of records in all partitions. */
    public int records() {
        int records = 0;
        for (int i = 0; i < entries; i++) {
            records += counts[i];
        }
        return records;
    }

    /** Bytes that the frame of this batch takes. */
    public long frameSize() {
        return FrameFormat.size(entries, length);
    }

    /** Where the batch is; once appended. */
    public long position() {
        return position;
    }

    /** Position behind the batch; once appended. */
    public long end() {
        return end;
    }

    /** Time that the engine gave the batch; once appended. */
    public long commitTimeMicros() {
        return commitTimeMicros;
    }

    @Override
    public String toString() {
        return entries == 0
                ? "everything before position " + end
                : "the batch at position " + position + " (partition " + partitions[0] + ", LSN " + firstLsns[0] + ")";
    }
}
