package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.Fuzz;
import dev.wal.SnapshotFile;
import dev.wal.checkpoint.SnapshotFormat;
import dev.wal.record.Value;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class SnapshotFuzzTest {
    private static final int FEW = 20;
    private static final int MANY = 1_200;

    private final MemoryStorage storage = new MemoryStorage();

    /** What a map restores takes any values for keys and values: it is the map itself that is tried, and no serializer. */
    private static final Serializer<Value> ANYTHING = new Serializer<>() {
        @Override
        public Value toValue(Value object) {
            return object;
        }

        @Override
        public Value fromValue(Value value) {
            return value;
        }
    };

    @Test
    void anySnapshotIsRestoredOrReportedInBoundedTimeAndMemory() {
        byte[] few = writeOne(FEW);
        byte[] many = writeOne(MANY);
        ByteBuffer header = ByteBuffer.wrap(few).order(ByteOrder.LITTLE_ENDIAN);
        String name = FileNames.snapshot(header.getInt(20), header.getLong(40));
        SnapshotFile snapshot = new SnapshotFile(
                storage, name, header.getLong(24), header.getInt(20), header.getLong(32), header.getLong(40), 0);
        // The same snapshot of the same log, but with more in it.
        System.arraycopy(few, 0, many, 0, SnapshotFormat.HEADER_SIZE);
        makeChecksumsRight(many, snapshot);
        int[] most = new int[1];
        try (MapLog log = new MapLog(new MemoryStorage())) {
            TableMap<Value, Value> map = TableMap.builder(log.map().table(), ANYTHING, ANYTHING, log.context())
                    .build();
            map.state().recovering(log.manager());
            Fuzz.runLess(Fuzz.Budget.SNAPSHOT, few, many, (bytes, random) -> {
                if (random.nextInt(8) != 0) {
                    makeChecksumsRight(bytes, snapshot);
                }
                storage.put(name, bytes);
                SnapshotReader reader = new SnapshotReader(snapshot, new ChunkBuffers().take());
                reader.verify();
                reader.read((state, tables, content) -> map.state().restore(snapshot.partition(), content));
                most[0] = Math.max(most[0], map.size());
            });
        }
        assertThat(most[0]).isGreaterThan(FEW);
    }

    /** The snapshot of the first partition. */
    private static byte[] writeOne(int keys) {
        MemoryStorage written = new MemoryStorage();
        try (MapLog log = new MapLog(written)) {
            log.inTransaction(() -> {
                for (long key = 0; key < keys; key++) {
                    log.map().put(key, "value " + key);
                }
            });
            log.manager().checkpointAll();
        }
        String name = written.list().stream()
                .filter(FileNames::isSnapshot)
                .findFirst()
                .orElseThrow();
        return written.bytes(name);
    }

    /** Of the header, and of each chunk as far as they can be walked over. */
    private static void makeChecksumsRight(byte[] bytes, SnapshotFile snapshot) {
        if (bytes.length < SnapshotFormat.HEADER_SIZE) {
            return;
        }
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Fuzz.putChecksum(bytes, 60);
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
