package dev.wal.benchmark.peer;

import dev.wal.benchmark.Contender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB (Apache-2.0) with its defaults: a transaction is a batch, which reaches its log and its table in memory. */
final class RocksLog implements Contender.Session {
    private final Work work;
    private final Options options;
    private final WriteOptions writeOptions;
    private final RocksDB store;

    RocksLog(Path directory, Work work) throws IOException {
        this.work = work;
        RocksDB.loadLibrary();
        options = new Options().setCreateIfMissing(true);
        writeOptions = new WriteOptions().setSync(work.forced());
        try {
            store = RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            throw new IOException("RocksDB did not open", e);
        }
    }

    @Override
    public Contender.Committer committer(int thread) {
        byte[] value = work.value();
        ByteBuffer key = ByteBuffer.allocate(Integer.BYTES);
        long[] commits = new long[1];
        return () -> {
            int first = work.firstKey(thread, commits[0]++);
            try (WriteBatch batch = new WriteBatch()) {
                for (int i = 0; i < work.operations(); i++) {
                    batch.put(key.putInt(0, first + i).array(), value);
                }
                store.write(writeOptions, batch);
            } catch (RocksDBException e) {
                throw new IOException("RocksDB failed", e);
            }
        };
    }

    @Override
    public long forces() {
        return Contender.UNCOUNTED;
    }

    @Override
    public void close() {
        store.close();
        writeOptions.close();
        options.close();
    }
}
