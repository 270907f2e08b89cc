package dev.wal;

import dev.wal.log.Batch;
import dev.wal.record.RecordEncoder;
import dev.wal.record.WalRecord;
import dev.wal.recovery.BatchSink;

/** The part of a transaction that is in memory, encoded. For one thread at a time. */
final class TransactionBuffer {
    private static final int EXPECTED_BYTES = 2048;

    /** What is counted at once. A buffer of the expected size is not: most never grow beyond, and counting would make all committers meet. */
    private static final int COUNTED_BYTES = 16 * 1024;

    private final int maxSize;
    private final int copies;
    private final TransactionMemory memory;
    private final long transactionId;
    private final int isolationLevel;
    private Batch batch;
    private RecordEncoder encoder;
    private long counted;
    private boolean overMemory;

    /** @param copies how often the operations are in memory: encoded, and, where there is a state to be told of them, as records and as what it made of them */
    TransactionBuffer(int maxSize, int copies, TransactionMemory memory, long transactionId, int isolationLevel) {
        this.maxSize = maxSize;
        this.copies = copies;
        this.memory = memory;
        this.transactionId = transactionId;
        this.isolationLevel = isolationLevel;
        this.batch = new Batch(EXPECTED_BYTES, null);
        this.encoder = new RecordEncoder(new BatchSink(batch));
    }

    Batch batch() {
        return batch;
    }

    RecordEncoder encoder() {
        return encoder;
    }

    /** Whether it must be written to the log before more is added. */
    boolean isFull() {
        return !batch.isEmpty() && (overMemory || batch.length() >= maxSize);
    }

    /** Whether it takes memory that is not there. */
    boolean isOverMemory() {
        return overMemory;
    }

    /** Goes on with an empty batch, which takes no memory as long as nothing is added: there may be many such transactions. */
    void renew() {
        renewKeepingMemory();
        release();
    }

    /** As {@link #renew()}, where the operations stay in memory in another way. */
    void renewKeepingMemory() {
        batch = new Batch(0, null);
        encoder = new RecordEncoder(new BatchSink(batch));
    }

    /** Adds an operation, behind a Begin if it is the first of its partition. */
    void add(WalRecord.Data record, boolean first) {
        if (first) {
            encoder.begin(transactionId, record.partition(), isolationLevel);
        }
        encoder.encode(record);
        overMemory = !count();
    }

    /** Takes the operation that was added last back. */
    void takeBack(int length, int partition, boolean first) {
        batch.takeBack(length, partition, first ? 2 : 1);
        overMemory = false;
    }

    /** Takes all since a mark back. */
    void reset(Batch.Mark mark) {
        batch.reset(mark);
        overMemory = false;
    }

    /** Takes everything back. */
    void clear() {
        batch.clear();
        overMemory = false;
    }

    /** Counts the memory that the batch takes; false if that is more than there is. */
    private boolean count() {
        int length = batch.length();
        long size = (long) length * copies;
        if (length <= EXPECTED_BYTES || size <= counted) {
            return true;
        }
        long step = Math.max(size - counted, COUNTED_BYTES);
        if (!memory.tryTake(step)) {
            return false;
        }
        counted += step;
        return true;
    }

    /** Lets the memory go. */
    void release() {
        overMemory = false;
        if (counted > 0) {
            memory.giveBack(counted);
            counted = 0;
        }
    }
}
