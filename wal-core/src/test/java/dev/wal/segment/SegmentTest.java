package dev.wal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.GoldenBytes;
import dev.wal.common.WalCorruptedException;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The page at the beginning of a segment, of which every byte counts. */
class SegmentTest {
    private static final String NAME = FileNames.segment(1);
    private static final SegmentHeader HEADER = new SegmentHeader(1, GoldenBytes.LOG_ID, 0, SegmentFormat.MIN_SIZE);
    private static final int MAY_IGNORE_OFFSET = 16;

    private final MemoryStorage storage = new MemoryStorage();

    private static byte[] golden() {
        return Arrays.copyOf(GoldenBytes.v1("segment-header"), SegmentFormat.MIN_SIZE);
    }

    private static byte[] withChecksum(byte[] segment) {
        CRC32C checksum = new CRC32C();
        checksum.update(segment, 0, 60);
        ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN).putInt(60, (int) checksum.getValue());
        return segment;
    }

    private SegmentHeader read(byte[] segment) throws IOException {
        storage.put(NAME, segment);
        return Segment.readHeader(storage, NAME);
    }

    @Test
    void aSegmentThatIsUsedAgainHasAHeaderWithoutAnythingOfTheOldOne() throws IOException {
        byte[] used = new byte[SegmentFormat.MIN_SIZE];
        Arrays.fill(used, (byte) 0xFF);
        storage.put("old.tmp", used);

        Segment.recycle(storage, "old.tmp", HEADER).close();

        int firstFrameEnd = SegmentFormat.HEADER_SIZE + FrameFormat.HEADER_SIZE;
        assertThat(Arrays.copyOf(storage.bytes(NAME), firstFrameEnd)).isEqualTo(Arrays.copyOf(golden(), firstFrameEnd));
        assertThat(Segment.readHeader(storage, NAME)).isEqualTo(HEADER);
    }

    @Test
    void aByteThatMustBeZeroAndIsNotIsDamageWhichDoesNotHideTheFields() throws IOException {
        for (int offset = 48; offset < SegmentFormat.HEADER_SIZE; offset = offset == 59 ? 64 : offset + 1) {
            byte[] segment = golden();
            segment[offset] = 1;
            withChecksum(segment);

            assertThatThrownBy(() -> read(segment))
                    .isInstanceOf(WalCorruptedException.class)
                    .hasMessageContainingAll(NAME, "byte " + offset + " must be zero");
            assertThat(Segment.readHeaderFields(storage, NAME)).isEqualTo(HEADER);
        }
    }

    @Test
    void aFeatureThatMayBeIgnoredMayUseTheZerosThatTheChecksumCovers() throws IOException {
        byte[] segment = golden();
        segment[MAY_IGNORE_OFFSET] = 1;
        segment[48] = 1;
        segment[59] = 1;

        assertThat(read(withChecksum(segment))).isEqualTo(HEADER);

        segment[64] = 1;
        assertThatThrownBy(() -> read(segment)).hasMessageContaining("byte 64 must be zero");
    }
}
