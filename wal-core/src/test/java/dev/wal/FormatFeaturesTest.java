package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.checkpoint.ConsumerStore;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalFormatException;
import dev.wal.recovery.LogInspector;
import dev.wal.state.Snapshots;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A later version, and a feature that must be understood, are refused by name; a feature that may be ignored is. */
class FormatFeaturesTest {
    private static final int VERSION_OFFSET = 8;
    private static final int MUST_UNDERSTAND_OFFSET = 12;
    private static final int MAY_IGNORE_OFFSET = 16;

    private final MemoryStorage storage = GoldenBytes.logV1();

    @BeforeEach
    void addConsumer() {
        storage.put(Part.CONSUMER.file, GoldenBytes.v1("consumer"));
    }

    /** The files that have a version. */
    private enum Part {
        SEGMENT(FileNames.segment(3), 60),
        MANIFEST(FileNames.MANIFEST, -1),
        SNAPSHOT(FileNames.snapshot(0, GoldenBytes.CHECKPOINT_POSITION), 60),
        CONSUMER(FileNames.consumer(GoldenBytes.CONSUMER), -1);

        private final String file;
        private final int checksumOffset;

        /** @param checksumOffset −1 for at the end */
        Part(String file, int checksumOffset) {
            this.file = file;
            this.checksumOffset = checksumOffset;
        }
    }

    /** Changes a field of a file, and its checksum, so that it is not damaged. */
    private void write(Part part, int offset, int value) {
        byte[] bytes = storage.bytes(part.file);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(offset, value);
        int checksumOffset = part.checksumOffset < 0 ? bytes.length - 4 : part.checksumOffset;
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, checksumOffset);
        buffer.putInt(checksumOffset, (int) checksum.getValue());
        storage.put(part.file, bytes);
    }

    /** Reads all files, without opening the log. */
    private void read() {
        LogInspector inspector = new LogInspector(storage, () -> false);
        inspector.read(RecoveryMode.SALVAGE, record -> {});
        try {
            Snapshots.verify(new SnapshotFile(
                    storage,
                    Part.SNAPSHOT.file,
                    GoldenBytes.LOG_ID,
                    0,
                    10,
                    GoldenBytes.CHECKPOINT_POSITION,
                    GoldenBytes.TIME_MICROS + 1));
            new ConsumerStore(storage, GoldenBytes.LOG_ID).read(GoldenBytes.CONSUMER);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Opens the log, restores a state, and goes on with the consumer. */
    private void open() {
        try (WalManager wal =
                WalManager.open(Logs.options(storage).partitions(2).build())) {
            wal.attach(new Restoring());
            wal.tail(GoldenBytes.CONSUMER, 0).close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLaterVersionIsRefused(Part part) {
        write(part, VERSION_OFFSET, 2);

        assertRefused(part, "format version 2");
    }

    @ParameterizedTest
    @EnumSource
    void aFeatureThatMustBeUnderstoodIsRefused(Part part) {
        write(part, MUST_UNDERSTAND_OFFSET, 0x4000_0000);

        assertRefused(part, "features 0x40000000");
    }

    private void assertRefused(Part part, String what) {
        assertThatThrownBy(this::read)
                .isInstanceOf(WalFormatException.class)
                .hasMessageContainingAll(part.file, what, "Use a newer program");
        assertThatThrownBy(this::open)
                .isInstanceOf(WalFormatException.class)
                .hasMessageContainingAll(part.file, what, "Use a newer program");
    }

    @ParameterizedTest
    @EnumSource
    void aFeatureThatMayBeIgnoredIsIgnored(Part part) {
        write(part, MAY_IGNORE_OFFSET, 0x8000_0001);

        assertThatCode(this::read).doesNotThrowAnyException();
        assertThatCode(this::open).doesNotThrowAnyException();
    }

    @Test
    void theLogIsReadAsItIs() {
        assertThatCode(this::read).doesNotThrowAnyException();
        assertThatCode(this::open).doesNotThrowAnyException();
        assertThat(storage.openFiles()).isZero();
    }

    /** Reads snapshots as states do. */
    private static final class Restoring implements StateMachine {
        @Override
        public PreparedChange prepare(dev.wal.record.WalRecord.Data record) {
            return committed -> {};
        }

        @Override
        public void restore(SnapshotFile file) throws IOException {
            Snapshots.verify(file);
        }

        @Override
        public Frozen freeze(int partition) {
            throw new IllegalStateException("nothing to freeze");
        }
    }
}
