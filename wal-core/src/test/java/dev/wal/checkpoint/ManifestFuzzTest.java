package dev.wal.checkpoint;

import dev.wal.Fuzz;
import dev.wal.GoldenBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManifestFuzzTest {
    /**
     * Per byte: a partition takes twelve bytes, and becomes an object in two lists. In any case: the name of a snapshot that is not there, of at
     * most 64 KiB, and an exception with its message and stack.
     */
    private static final Fuzz.Budget BUDGET = new Fuzz.Budget(16, 80 * 1024);

    @Test
    void anyManifestIsDecodedOrReportedInBoundedTimeAndMemory() {
        Fuzz.run(GoldenBytes.v1("manifest"), BUDGET, (bytes, random) -> {
            ByteBuffer source = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (bytes.length >= Integer.BYTES && random.nextInt(8) != 0) {
                CRC32C checksum = new CRC32C();
                checksum.update(bytes, 0, bytes.length - Integer.BYTES);
                source.putInt(bytes.length - Integer.BYTES, (int) checksum.getValue());
            }
            ManifestFormat.decode(source, "file");
        });
    }
}
