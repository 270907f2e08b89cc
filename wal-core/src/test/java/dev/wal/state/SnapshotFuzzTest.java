package dev.wal.state;

import dev.wal.Fuzz;
import dev.wal.SnapshotFile;
import dev.wal.checkpoint.SnapshotFormat;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SnapshotFuzzTest {
    /**
     * Per byte: a table of two bytes becomes an object in a set; and the file in memory copies what is put and read. In any case: the buffer for a chunk, a name that is
     * not there, of at most 64 KiB, and an exception with its message and stack.
     */
    private static final Fuzz.Budget BUDGET = new Fuzz.Budget(96, SnapshotFormat.MAX_CHUNK_SIZE + 100 * 1024);

    private final MemoryStorage storage = new MemoryStorage();

    @Test
    void anySnapshotIsReadOrReportedInBoundedTimeAndMemory() {
        String name = writeOne();
        byte[] valid = storage.bytes(name);
        ByteBuffer header = ByteBuffer.wrap(valid).order(ByteOrder.LITTLE_ENDIAN);
        SnapshotFile snapshot = new SnapshotFile(
                storage, name, header.getLong(24), header.getInt(20), header.getLong(32), header.getLong(40), 0);
        Fuzz.runLess(valid, BUDGET, (bytes, random) -> {
            if (random.nextInt(8) != 0) {
                makeChecksumsRight(bytes, snapshot);
            }
            storage.put(name, bytes);
            SnapshotReader reader = new SnapshotReader(snapshot);
            reader.verify();
            reader.read((state, tables, content) -> readSomeOf(content, random));
        });
    }

    private String writeOne() {
        try (MapLog log = new MapLog(storage)) {
            log.inTransaction(() -> {
                for (long key = 0; key < 20; key++) {
                    log.map().put(key, "value " + key);
                }
            });
            log.manager().checkpointAll();
        }
        return storage.list().stream().filter(FileNames::isSnapshot).findFirst().orElseThrow();
    }

    private static void readSomeOf(java.io.InputStream content, Random random) throws IOException {
        byte[] target = new byte[16];
        for (int left = random.nextInt(40); left > 0 && content.read(target) >= 0; left--) {
            content.read();
        }
    }

    /** Of the header, and of each chunk as far as they can be walked over. */
    private static void makeChecksumsRight(byte[] bytes, SnapshotFile snapshot) {
        if (bytes.length < SnapshotFormat.HEADER_SIZE) {
            return;
        }
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, 60);
        file.putInt(60, (int) checksum.getValue());
        ByteBuffer seed = SnapshotFormat.buffer(24);
        long at = SnapshotFormat.HEADER_SIZE;
        while (at + SnapshotFormat.CHUNK_HEADER_SIZE <= bytes.length) {
            int from = (int) at + SnapshotFormat.CHUNK_HEADER_SIZE;
            int length = file.getInt((int) at + 4);
            if (length < 0 || length > bytes.length - from) {
                return;
            }
            ByteBuffer content = ByteBuffer.wrap(bytes, from, length);
            file.putInt(
                    (int) at + 8,
                    SnapshotFormat.chunkChecksum(
                            seed, snapshot.logId(), file.getLong(40), file.getInt((int) at), content));
            at = from + length;
        }
    }
}
