package dev.wal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.Fuzz;
import dev.wal.GoldenBytes;
import dev.wal.segment.FrameFormat.HeaderChecksum;
import dev.wal.storage.FileNames;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class FrameFuzzTest {
    private static final int SIZE = SegmentFormat.MIN_SIZE;
    private static final SegmentHeader SEGMENT = new SegmentHeader(1, GoldenBytes.LOG_ID, 0, SIZE);
    private static final int POSITION = 4144;
    private static final int PARTITIONS = 3;

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
        byte[] frame = GoldenBytes.v1("batch-frame");
        byte[] manyFrames =
                Arrays.copyOfRange(GoldenBytes.logV1().bytes(FileNames.segment(2)), SegmentFormat.HEADER_SIZE, SIZE);
        Fuzz.run(Fuzz.Budget.FRAME, frame, manyFrames, (bytes, random) -> {
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
        byte[] fields = GoldenBytes.v1("segment-header");
        byte[] page = Arrays.copyOf(fields, 4 * SegmentFormat.HEADER_SIZE);
        Fuzz.run(Fuzz.Budget.SEGMENT_HEADER, fields, page, (bytes, random) -> {
            if (bytes.length >= 64 && random.nextInt(8) != 0) {
                Fuzz.putChecksum(bytes, 60);
            }
            ByteBuffer header = ByteBuffer.wrap(bytes);
            SegmentFormat.decode(header, "file");
            SegmentFormat.checkZeros(header, "file");
        });
    }
}
