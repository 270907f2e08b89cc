package dev.wal.record;

import dev.wal.Fuzz;
import dev.wal.GoldenBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecordFuzzTest {
    private static final int PARTITIONS = 4;
    private static final int REPETITIONS = 60;

    /** The payload of the golden frame, which has records of every type. */
    private static byte[] payload() {
        byte[] frame = GoldenBytes.v1("batch-frame");
        ByteBuffer header = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        int from = 48 + 16 * header.getShort(6);
        return Arrays.copyOfRange(frame, from, from + header.getInt(8));
    }

    /** Its records over and over. */
    private static byte[] longPayload() {
        byte[] payload = payload();
        ByteBuffer repeated = ByteBuffer.allocate(payload.length * REPETITIONS);
        while (repeated.hasRemaining()) {
            repeated.put(payload);
        }
        return repeated.array();
    }

    @Test
    void anyPayloadIsDecodedOrReportedInBoundedTimeAndMemory() {
        RecordCursor cursor = new RecordCursor(PARTITIONS);
        Fuzz.run(Fuzz.Budget.PAYLOAD, payload(), longPayload(), (bytes, random) -> walk(cursor, bytes));
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
