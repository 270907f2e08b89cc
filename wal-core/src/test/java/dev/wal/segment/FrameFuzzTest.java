package dev.wal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.Fuzz;
import dev.wal.GoldenBytes;
import dev.wal.segment.FrameFormat.HeaderChecksum;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FrameFuzzTest {
    private static final int SIZE = SegmentFormat.MIN_SIZE;
    private static final SegmentHeader SEGMENT = new SegmentHeader(1, GoldenBytes.LOG_ID, 0, SIZE);
    private static final int POSITION = 4144;
    private static final int PARTITIONS = 3;

    /** In any case: the window, which is as large as the segment at most, and an exception with its message and stack. */
    private static final Fuzz.Budget BUDGET = new Fuzz.Budget(1, SIZE + 16 * 1024);

    private int framesFound;
    private final HeaderChecksum headerChecksum = new HeaderChecksum(GoldenBytes.LOG_ID);

    /** A segment that holds bytes where the golden frame was written. */
    private record SegmentFile(byte[] bytes) implements StorageFile {
        @Override
        public int read(ByteBuffer target, long offset) {
            int count = (int) Math.max(0, Math.min(target.remaining(), bytes.length - offset));
            target.put(bytes, (int) Math.min(offset, bytes.length), count);
            return count;
        }

        @Override
        public void write(ByteBuffer source, long offset) {
            throw new AssertionError("a reader wrote");
        }

        @Override
        public void force() {
            throw new AssertionError("a reader forced");
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void close() {}
    }

    @Test
    void anyBytesAreAFrameOrNotInBoundedTimeAndMemory() {
        byte[] segment = new byte[SIZE];
        Fuzz.run(GoldenBytes.v1("batch-frame"), BUDGET, (bytes, random) -> {
            Arrays.fill(segment, (byte) 0);
            int length = Math.min(bytes.length, SIZE - POSITION);
            System.arraycopy(bytes, 0, segment, POSITION, length);
            // Some are cut off by the end of the file, most have the checksums that they need to be looked into.
            if (random.nextInt(8) != 0) {
                makeChecksumsRight(segment, random);
            }
            readAll(random.nextInt(16) == 0 ? Arrays.copyOf(segment, POSITION + length / 2) : segment);
        });

        // Else the damage would never have got past the checksums.
        assertThat(framesFound).isGreaterThan(100);
    }

    private void makeChecksumsRight(byte[] segment, Random random) {
        ByteBuffer frame = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
        if (random.nextBoolean()) {
            frame.putLong(POSITION + FrameFormat.POSITION_OFFSET, POSITION);
            frame.putInt(POSITION + FrameFormat.SEGMENT_OFFSET, SEGMENT.number());
        }
        int entries = Short.toUnsignedInt(frame.getShort(POSITION + FrameFormat.ENTRIES_OFFSET));
        long payload = POSITION + FrameFormat.HEADER_SIZE + (long) FrameFormat.ENTRY_SIZE * entries;
        int length = frame.getInt(POSITION + FrameFormat.PAYLOAD_LENGTH_OFFSET);
        if (length >= 0 && payload + length <= SIZE) {
            CRC32C checksum = new CRC32C();
            checksum.update(segment, (int) payload, length);
            frame.putInt(POSITION + FrameFormat.PAYLOAD_CHECKSUM_OFFSET, (int) checksum.getValue());
        }
        if (payload <= SIZE) {
            FrameFormat.putChecksum(frame, POSITION, entries, headerChecksum);
        }
    }

    private void readAll(byte[] segment) throws IOException {
        FrameReader reader = new FrameReader(SEGMENT, new SegmentFile(segment), PARTITIONS);
        Frame frame = new Frame();
        reader.read(POSITION, frame);
        reader.read(SIZE - FrameFormat.HEADER_SIZE, frame);
        long at = SEGMENT.firstFramePosition();
        while (reader.find(at, frame)) {
            assertThat(frame.position()).isGreaterThanOrEqualTo(at);
            assertThat(frame.end()).isBetween(frame.position() + FrameFormat.HEADER_SIZE, (long) SIZE);
            for (int i = 0; i < frame.entries(); i++) {
                frame.partition(i);
                frame.count(i);
                frame.firstLsn(i);
            }
            at = frame.end();
            framesFound++;
        }
    }

    @Test
    void anySegmentHeaderIsDecodedOrReportedInBoundedTimeAndMemory() {
        Fuzz.run(GoldenBytes.v1("segment-header"), new Fuzz.Budget(1, 16 * 1024), (bytes, random) -> {
            ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (bytes.length >= 64 && random.nextInt(8) != 0) {
                CRC32C checksum = new CRC32C();
                checksum.update(bytes, 0, 60);
                header.putInt(60, (int) checksum.getValue());
            }
            SegmentFormat.decode(header, "file");
        });
    }
}
