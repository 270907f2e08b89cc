package dev.wal.checkpoint;

import dev.wal.Fuzz;
import dev.wal.GoldenBytes;
import dev.wal.storage.FileNames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestFuzzTest {
    private static final int MANY = 150;

    @Test
    void anyManifestIsDecodedOrReportedInBoundedTimeAndMemory() {
        Fuzz.run(Fuzz.Budget.MANIFEST, GoldenBytes.v1("manifest"), manifestOfManyPartitions(), (bytes, random) -> {
            if (random.nextInt(8) != 0) {
                Fuzz.makeLastChecksumRight(bytes);
            }
            ManifestFormat.decode(ByteBuffer.wrap(bytes), "file");
        });
    }

    private static byte[] manifestOfManyPartitions() {
        List<Manifest.Partition> partitions = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            long lsn = i;
            partitions.add(new Manifest.Partition(
                    lsn + 1,
                    List.of(
                            new PartitionCheckpoint(lsn, 5000, 4500, 2, FileNames.snapshot(i, 5000)),
                            new PartitionCheckpoint(lsn, 4096, 4096, 1, FileNames.snapshot(i, 4096)))));
        }
        ByteBuffer encoded = ManifestFormat.encode(new Manifest(GoldenBytes.LOG_ID, 1, 1, 4096, partitions));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }
}
