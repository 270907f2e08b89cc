package dev.wal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.GoldenBytes;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalFormatException;
import dev.wal.segment.FrameFormat.FramePlace;
import dev.wal.segment.FrameFormat.HeaderChecksum;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Frames and segment headers, compared with documented bytes. */
class FrameTest {
    private static final SegmentHeader SEGMENT = new SegmentHeader(1, GoldenBytes.LOG_ID, 0, SegmentFormat.MIN_SIZE);
    private static final int POSITION = 4144;

    private final byte[] golden = GoldenBytes.v1("batch-frame");
    private final Frame frame = new Frame();

    /** Reads what is at the position of the golden frame in a segment that holds the given bytes there. */
    private FrameReader.Found read(byte[] bytes, int maxEntries) {
        byte[] segment = new byte[SegmentFormat.MIN_SIZE];
        System.arraycopy(bytes, 0, segment, POSITION, bytes.length);
        return readSegment(segment, maxEntries, POSITION);
    }

    private FrameReader.Found readSegment(byte[] segment, int maxEntries, long position) {
        MemoryStorage storage = new MemoryStorage();
        storage.put(SEGMENT.fileName(), segment);
        try (StorageFile file = storage.open(SEGMENT.fileName())) {
            return new FrameReader(SEGMENT, file, maxEntries).read(position, frame);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theDocumentedFrameIsRead() {
        assertThat(read(golden, 3)).isEqualTo(FrameReader.Found.FRAME);

        assertThat(frame.isBatch()).isTrue();
        assertThat(frame.holdsNothing()).isFalse();
        assertThat(frame.position()).isEqualTo(POSITION);
        assertThat(frame.end()).isEqualTo(POSITION + golden.length);
        assertThat(frame.mark()).isEqualTo(4096);
        assertThat(frame.incarnation()).isEqualTo(1);
        assertThat(frame.segment()).isEqualTo(1);
        assertThat(frame.commitTimeMicros()).isEqualTo(GoldenBytes.TIME_MICROS);
        assertThat(frame.entries()).isEqualTo(2);
        assertThat(new long[] {frame.partition(0), frame.count(0), frame.firstLsn(0)})
                .containsExactly(2, 3, 0);
        assertThat(new long[] {frame.partition(1), frame.count(1), frame.firstLsn(1)})
                .containsExactly(0, 4, 0);
    }

    @Test
    void theDocumentedFrameIsWritten() {
        assertThat(read(golden, 3)).isEqualTo(FrameReader.Found.FRAME);
        byte[] payload = new byte[frame.payload().remaining()];
        frame.payload().get(0, payload);
        CRC32C payloadChecksum = new CRC32C();
        payloadChecksum.update(payload);
        FramePlace place = new FramePlace();
        place.position = POSITION;
        place.mark = 4096;
        place.incarnation = 1;
        place.segment = 1;
        place.commitTimeMicros = GoldenBytes.TIME_MICROS;
        ByteBuffer written = ByteBuffer.allocate(golden.length).order(ByteOrder.LITTLE_ENDIAN);

        FrameFormat.putHeader(
                written, 0, FrameFormat.BATCH, (byte) 0, 2, payload.length, (int) payloadChecksum.getValue(), place);
        FrameFormat.putEntry(written, 0, 0, 2, 3, 0);
        FrameFormat.putEntry(written, 0, 1, 0, 4, 0);
        FrameFormat.putChecksum(written, 0, 2, new HeaderChecksum(GoldenBytes.LOG_ID));
        written.put(80, payload);

        assertThat(written.array()).isEqualTo(golden);
        assertThat(FrameFormat.size(2, payload.length)).isEqualTo(golden.length);
    }

    @Test
    void noFlippedBitOfAFrameGoesUnnoticed() {
        for (int bit = 0; bit < golden.length * 8; bit++) {
            byte[] damaged = golden.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(read(damaged, 3)).as("bit %d", bit).isEqualTo(FrameReader.Found.BAD);
        }
    }

    @Test
    void zerosAreNoFrame() {
        assertThat(read(new byte[48], 3)).isEqualTo(FrameReader.Found.ZEROS);
    }

    @Test
    void whereAHeaderHasNoRoomTheSegmentEnds() {
        byte[] segment = new byte[SegmentFormat.MIN_SIZE];
        Arrays.fill(segment, SegmentFormat.MIN_SIZE - 40, SegmentFormat.MIN_SIZE, (byte) 7);

        assertThat(readSegment(segment, 3, SegmentFormat.MIN_SIZE - 40)).isEqualTo(FrameReader.Found.ZEROS);
        assertThat(readSegment(segment, 3, SegmentFormat.MIN_SIZE - 48)).isEqualTo(FrameReader.Found.BAD);
    }

    @Test
    void aFrameWithMoreEntriesThanPartitionsIsRejected() {
        assertThat(read(golden, 2)).isEqualTo(FrameReader.Found.FRAME);
        assertThat(read(golden, 1)).isEqualTo(FrameReader.Found.BAD);
    }

    @Test
    void aFrameAtAnotherPlaceIsRejected() {
        byte[] segment = new byte[SegmentFormat.MIN_SIZE];
        System.arraycopy(golden, 0, segment, POSITION + 8, golden.length);

        assertThat(readSegment(segment, 3, POSITION + 8)).isEqualTo(FrameReader.Found.BAD);
    }

    @Test
    void aFrameThatTheFileCutsIsRejected() {
        read(golden, 3);
        int padding = golden.length - 80 - frame.payload().remaining();
        for (int length = 1; length < golden.length - padding; length++) {
            assertThat(read(Arrays.copyOf(golden, length), 3))
                    .as("%d bytes", length)
                    .isEqualTo(FrameReader.Found.BAD);
        }
    }

    @Test
    void theDocumentedSegmentHeaderIsRead() {
        byte[] header = Arrays.copyOf(GoldenBytes.v1("segment-header"), SegmentFormat.HEADER_SIZE);

        assertThat(SegmentFormat.decode(ByteBuffer.wrap(header), "file")).isEqualTo(SEGMENT);
    }

    @Test
    void theDocumentedSegmentHeaderIsWritten() {
        ByteBuffer header = ByteBuffer.allocate(SegmentFormat.HEADER_SIZE);

        SegmentFormat.encode(SEGMENT, header);

        assertThat(header.array())
                .isEqualTo(Arrays.copyOf(GoldenBytes.v1("segment-header"), SegmentFormat.HEADER_SIZE));
    }

    @Test
    void aSegmentOfALaterVersionIsToldApartFromADamagedOne() {
        byte[] header = GoldenBytes.v1("segment-header");
        header[8] = 2;
        assertThatThrownBy(() -> SegmentFormat.decode(ByteBuffer.wrap(header), "file"))
                .isInstanceOf(WalCorruptedException.class);

        CRC32C checksum = new CRC32C();
        checksum.update(header, 0, 60);
        ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putInt(60, (int) checksum.getValue());

        assertThatThrownBy(() -> SegmentFormat.decode(ByteBuffer.wrap(header), "file"))
                .isInstanceOf(WalFormatException.class)
                .hasMessageContaining("version 2");
    }
}
