package dev.wal.recovery;

import dev.wal.log.Batch;
import dev.wal.record.ByteSink;

/** Lets records be encoded into a batch, which knows nothing of records. */
public record BatchSink(Batch batch) implements ByteSink {
    @Override
    public byte[] reserve(int bytes) {
        return batch.reserve(bytes);
    }

    @Override
    public int length() {
        return batch.length();
    }

    @Override
    public void added(int partition, int bytes) {
        batch.added(partition, bytes);
    }
}
