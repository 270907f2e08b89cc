package dev.wal.checkpoint;

import dev.wal.Fuzz;
import dev.wal.GoldenBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ConsumerFuzzTest {
    private static final int LONG = 20 * 1024;

    /** No consumer has a long ID; a file may be long all the same. */
    @Test
    void anyConsumerFileIsDecodedOrReportedInBoundedTimeAndMemory() {
        byte[] valid = GoldenBytes.v1("consumer");
        Fuzz.run(Fuzz.Budget.CONSUMER, valid, Arrays.copyOf(valid, LONG), (bytes, random) -> {
            if (random.nextInt(8) != 0) {
                Fuzz.makeLastChecksumRight(bytes);
            }
            ConsumerFormat.decode(ByteBuffer.wrap(bytes), GoldenBytes.CONSUMER, GoldenBytes.LOG_ID, "file");
        });
    }
}
