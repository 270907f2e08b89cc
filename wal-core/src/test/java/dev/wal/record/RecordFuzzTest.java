package dev.wal.record;

import dev.wal.Fuzz;
import dev.wal.GoldenBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecordFuzzTest {
    private static final int PARTITIONS = 4;

    /**
     * Per byte: the smallest value takes two bytes, and becomes an object of 16 with a reference in two lists. In any case: an exception with
     * its message and stack.
     */
    private static final Fuzz.Budget BUDGET = new Fuzz.Budget(48, 16 * 1024);

    /** The payload of the golden frame, which has records of every type. */
    private static byte[] payload() {
        byte[] frame = GoldenBytes.v1("batch-frame");
        ByteBuffer header = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        int from = 48 + 16 * header.getShort(6);
        return Arrays.copyOfRange(frame, from, from + header.getInt(8));
    }

    @Test
    void anyPayloadIsDecodedOrReportedInBoundedTimeAndMemory() {
        RecordCursor cursor = new RecordCursor(PARTITIONS);
        Fuzz.run(payload(), BUDGET, (bytes, random) -> walk(cursor, bytes));
    }

    /** Asks everything that can be asked. */
    private static void walk(RecordCursor cursor, byte[] payload) {
        cursor.reset(ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN), 4096, 1);
        while (cursor.next()) {
            cursor.partition();
            cursor.transactionId();
            cursor.isData();
            cursor.isCheckpoint();
            cursor.record();
        }
    }
}
