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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** How a segment is made, and the page at its beginning, of which every byte counts. */
class SegmentTest {
    private static final String NAME = FileNames.segment(1);
    private static final SegmentHeader HEADER = new SegmentHeader(1, GoldenBytes.LOG_ID, 0, SegmentFormat.MIN_SIZE);
    private static final int MAY_IGNORE_OFFSET = 16;

    private final MemoryStorage storage = new MemoryStorage();

    /** Of more than two of the pieces that are forced, the last of which is not whole. */
    private static final int LARGE = (17 << 20) + SegmentFormat.MIN_SIZE;

    private static final int WRITTEN_AT_ONCE = 64 << 10;
    private static final int FORCED_AT_ONCE = 8 << 20;

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
    void aSegmentIsForcedWhileItIsFilledSoThatACommitWaitsForNoMoreThanAPieceOfIt() throws IOException {
        List<MemoryStorage.Op> calls = new ArrayList<>();
        storage.failBy(call -> calls.add(call.op()));

        Segment.create(storage, new SegmentHeader(1, GoldenBytes.LOG_ID, 0, LARGE))
                .close();

        int writesOfPiece = FORCED_AT_ONCE / WRITTEN_AT_ONCE;
        List<MemoryStorage.Op> expected = new ArrayList<>(List.of(MemoryStorage.Op.CREATE));
        for (int write = 0; write < (LARGE + WRITTEN_AT_ONCE - 1) / WRITTEN_AT_ONCE; write++) {
            if (write > 0 && write % writesOfPiece == 0) {
                expected.add(MemoryStorage.Op.FORCE);
            }
            expected.add(MemoryStorage.Op.WRITE);
        }
        // The header, and all that was not forced yet, before the segment gets its name.
        expected.addAll(List.of(
                MemoryStorage.Op.WRITE,
                MemoryStorage.Op.FORCE,
                MemoryStorage.Op.RENAME,
                MemoryStorage.Op.FORCE_DIRECTORY));
        assertThat(calls).isEqualTo(expected);
        assertThat(storage.bytes(NAME)).hasSize(LARGE);
    }

    @Test
    void aSegmentOfWhichAPieceCouldNotBeForcedIsNotThere() {
        for (int force = 1; force <= 3; force++) {
            storage.failOnce(force, call -> call.is(MemoryStorage.Op.FORCE));

            assertThatThrownBy(() -> Segment.create(storage, new SegmentHeader(1, GoldenBytes.LOG_ID, 0, LARGE)))
                    .hasMessageContaining("injected");
            assertThat(storage.list()).isEmpty();
        }
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
