package dev.wal.checkpoint;

import dev.wal.Fuzz;
import dev.wal.GoldenBytes;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SkippedFuzzTest {

    @Test
    void anyFileOfSkippedChangesIsDecodedOrReportedInBoundedTimeAndMemory() {
        byte[] valid = GoldenBytes.v1("skipped");
        Fuzz.run(Fuzz.Budget.SKIPPED, valid, valid, (bytes, random) -> {
            if (random.nextInt(8) != 0) {
                Fuzz.makeLastChecksumRight(bytes);
            }
            SkippedFormat.decode(ByteBuffer.wrap(bytes), GoldenBytes.CONSUMER, GoldenBytes.LOG_ID, "file");
        });
    }
}
