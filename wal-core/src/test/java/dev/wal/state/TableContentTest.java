package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.WalCorruptedException;
import dev.wal.record.RecordEncoder;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalRecord;
import dev.wal.storage.MemoryStorage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a table in a snapshot holds is believed only as far as it can be true. */
class TableContentTest {
    private static final int PARTITION = 1;
    private static final String TABLE = "names";

    private final MapLog log = new MapLog(new MemoryStorage());
    private final WalState state = log.map().state();

    @AfterEach
    void close() {
        log.close();
    }

    private static byte[] encoded(Consumer<RecordEncoder> record) {
        RecordBuffer buffer = new RecordBuffer(64);
        record.accept(new RecordEncoder(buffer));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        buffer.drainTo(bytes);
        return bytes.toByteArray();
    }

    private static byte[] entry(long key, String value) {
        return insert(TABLE, PARTITION, Row.of(Value.of(key), Value.of(value)));
    }

    private static byte[] insert(String table, int partition, Row row) {
        return encoded(encoder -> encoder.insert(WalRecord.NO_TRANSACTION, table, partition, 1, row));
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] length(int length) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .array();
    }

    private void restore(byte[] content) throws IOException {
        state.restore(PARTITION, new ByteArrayInputStream(content));
    }

    private void assertDamaged(byte[] content, String what) {
        assertThatThrownBy(() -> restore(content))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContainingAll("table 'names' in partition 1", "entry at byte ", what);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 2, 3})
    void aLengthThatNoRecordHasIsReported(int length) {
        assertDamaged(length(length), "impossible length");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 15})
    void aRecordWithoutItsHeaderIsReported(int length) {
        assertDamaged(concat(length(length), new byte[length - 4]), "cannot be decoded");
    }

    @Test
    void anEntryThatIsCutAnywhereIsReportedWithItsPlace() {
        byte[] first = entry(1, "one");
        byte[] second = entry(2, "two");
        for (int cut = 1; cut < second.length; cut++) {
            assertDamaged(
                    concat(first, Arrays.copyOf(second, cut)),
                    "entry at byte " + first.length + (cut < 4 ? " has an impossible length" : " is longer than"));
        }
    }

    @Test
    void noMemoryIsTakenForALengthBeforeItsBytesAreThere() {
        InputStream content = new ByteArrayInputStream(concat(length(Integer.MAX_VALUE), new byte[100]));
        int[] largest = new int[1];
        InputStream measured = new InputStream() {
            @Override
            public int read() throws IOException {
                return content.read();
            }

            @Override
            public int read(byte[] target, int from, int count) throws IOException {
                largest[0] = Math.max(largest[0], target.length);
                return content.read(target, from, count);
            }
        };

        assertThatThrownBy(() -> state.restore(PARTITION, measured))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContaining("is longer than");
        assertThat(largest[0]).isPositive().isLessThanOrEqualTo(64 * 1024);
    }

    @Test
    void whatIsNoEntryOfTheTableIsReported() {
        Row row = Row.of(Value.of(1), Value.of("one"));

        assertDamaged(insert("others", PARTITION, row), "is not an Insert");
        assertDamaged(insert(TABLE, 0, row), "is not an Insert");
        assertDamaged(insert(TABLE, PARTITION, Row.of(Value.of(1))), "is not an Insert");
        assertDamaged(encoded(encoder -> encoder.update(1, TABLE, PARTITION, 1, null, row)), "is not an Insert");
        assertDamaged(encoded(encoder -> encoder.commit(1, PARTITION)), "is not an Insert");
        assertDamaged(insert(TABLE, 999, row), "cannot be decoded");
    }

    @Test
    void whatADamagedSnapshotLeftIsGoneWhenTheOneBeforeIsRestored() throws IOException {
        byte[] damaged = concat(entry(1, "newer"), length(-1));
        assertThatThrownBy(() -> restore(damaged)).isInstanceOf(WalCorruptedException.class);

        restore(entry(2, "older"));

        assertThat(log.map().copy()).isEqualTo(Map.of(2L, "older"));
    }
}
