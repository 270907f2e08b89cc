package dev.wal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wal.common.WalCorruptedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;

/** What is encoded is decoded as it was, and bytes that make no sense are reported, at the cost of no more memory than they take. */
class RecordCodecTest {
    private static final long FRAME_TIME = 77;

    /** Bytes in memory. */
    private static final class Bytes implements ByteSink {
        private byte[] bytes = new byte[16];
        private int length;

        @Override
        public byte[] reserve(int more) {
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, (length + more) * 2);
            }
            return bytes;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void added(int partition, int count) {
            length += count;
        }

        private byte[] toArray() {
            return Arrays.copyOf(bytes, length);
        }
    }

    private static byte[] encode(List<WalRecord> records) {
        Bytes bytes = new Bytes();
        RecordEncoder encoder = new RecordEncoder(bytes);
        records.forEach(encoder::encode);
        return bytes.toArray();
    }

    private static List<WalRecord> decode(byte[] bytes) {
        RecordCursor cursor = new RecordCursor(WalRecord.MAX_PARTITIONS);
        cursor.reset(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 4096, FRAME_TIME);
        List<WalRecord> records = new ArrayList<>();
        while (cursor.next()) {
            records.add(cursor.record());
        }
        return records;
    }

    @Property(tries = 500)
    void recordsAreDecodedAsTheyWereEncoded(@ForAll("recordLists") List<WalRecord> records) {
        assertThat(decode(encode(records))).isEqualTo(records);
    }

    @Property(tries = 300)
    void theCursorTellsWhatARecordBeginsWith(@ForAll("records") WalRecord record) {
        RecordCursor cursor = new RecordCursor(WalRecord.MAX_PARTITIONS);
        cursor.reset(ByteBuffer.wrap(encode(List.of(record))).order(ByteOrder.LITTLE_ENDIAN), 4096, FRAME_TIME);

        assertThat(cursor.next()).isTrue();

        assertThat(cursor.partition()).isEqualTo(record.partition());
        assertThat(cursor.transactionId()).isEqualTo(record.transactionId());
        assertThat(cursor.isData()).isEqualTo(record instanceof WalRecord.Data);
        assertThat(cursor.isBegin()).isEqualTo(record instanceof WalRecord.Begin);
        assertThat(cursor.isPrepare()).isEqualTo(record instanceof WalRecord.Prepare);
        assertThat(cursor.isCommit()).isEqualTo(record instanceof WalRecord.Commit);
        assertThat(cursor.isRollback()).isEqualTo(record instanceof WalRecord.Rollback);
        assertThat(cursor.isRollbackTo()).isEqualTo(record instanceof WalRecord.RollbackTo);
        assertThat(cursor.isCheckpoint()).isEqualTo(record instanceof WalRecord.Checkpoint);
        assertThat(cursor.next()).isFalse();
    }

    @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
    void arbitraryBytesAreDecodedOrReported(@ForAll byte[] bytes) {
        decodeOrReport(bytes);
    }

    @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
    void damagedRecordsAreDecodedOrReported(@ForAll("recordLists") List<WalRecord> records, @ForAll Random random) {
        byte[] bytes = encode(records);
        for (int i = 0; i < 3 && bytes.length > 0; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0xFF);
        }
        decodeOrReport(bytes);
    }

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void cutRecordsAreDecodedOrReported(@ForAll("records") WalRecord record, @ForAll Random random) {
        byte[] bytes = encode(List.of(record));
        byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        if (cut.length > 0) {
            assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> decode(cut));
        }
    }

    private static void decodeOrReport(byte[] bytes) {
        try {
            decode(bytes);
        } catch (WalCorruptedException e) {
            assertThat(e).hasMessageContaining("position 4096");
        }
    }

    @Example
    void aLengthInsideARecordIsNotBelievedBeforeThatManyBytesAreThere() {
        for (Value value : List.of(Value.of("text"), Value.of(new byte[4]), new Value.Vector(1))) {
            byte[] bytes = encode(List.of(new WalRecord.Insert("t", 0, 1, Row.of(value))));
            ByteBuffer damaged = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            // Behind the header of the record, the table, the row id, the number of values and the tag.
            int lengthOffset = 16 + 3 + 8 + 4 + 1;
            damaged.putInt(lengthOffset, 0x7FFF_FFF0);

            assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> decode(bytes));
        }
    }

    @Example
    void aLargeRowIsDecodedAsItWasEncoded() {
        Value[] values = new Value[Row.MAX_VALUES];
        Arrays.setAll(values, Value::of);
        WalRecord record = new WalRecord.Insert(
                5,
                "ü".repeat(WalRecord.MAX_TABLE_BYTES / 2),
                WalRecord.MAX_PARTITIONS - 1,
                Long.MIN_VALUE,
                Row.of(values));

        assertThat(decode(encode(List.of(record)))).containsExactly(record);
    }

    @Example
    void aRowOfLargeValuesIsDecodedAsItWasEncoded() {
        WalRecord record = new WalRecord.Update(
                5, "t", 0, 1, Row.of(Value.of("é".repeat(1_000_000))), Row.of(Value.of(new byte[3_000_000])));

        assertThat(decode(encode(List.of(record)))).containsExactly(record);
    }

    @Example
    void aCommitWithoutATimeHasThatOfItsFrame() {
        Bytes bytes = new Bytes();
        new RecordEncoder(bytes).commit(-5, 2);

        assertThat(decode(bytes.toArray())).containsExactly(new WalRecord.Commit(-5, 2, FRAME_TIME));
        assertThat(bytes.length()).isEqualTo(RecordEncoder.COMMIT_SIZE);
    }

    @Example
    void floatingPointNumbersKeepEveryBit() {
        double nan = Double.longBitsToDouble(0x7FF8_0000_0000_1234L);
        WalRecord.Insert insert = new WalRecord.Insert("t", 0, 1, Row.of(Value.of(nan), Value.of(-0.0)));

        WalRecord.Insert decoded =
                (WalRecord.Insert) decode(encode(List.of(insert))).get(0);

        Value.Float64 first = (Value.Float64) decoded.data().value(0);
        assertThat(Double.doubleToRawLongBits(first.value())).isEqualTo(0x7FF8_0000_0000_1234L);
        assertThat(decoded.data().value(1)).isEqualTo(Value.of(-0.0));
    }

    @Example
    void arraysAreCopiedInAndOut() {
        byte[] given = {1, 2};
        Value.Bytes value = new Value.Bytes(given);
        given[0] = 9;
        value.value()[1] = 9;

        assertThat(value).isEqualTo(Value.of(new byte[] {1, 2}));
    }

    @Example
    void whatTheFormatCannotHoldIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new WalRecord.Insert("x".repeat(65_536), 0, 1, Row.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new WalRecord.Insert("ü".repeat(40_000), 0, 1, Row.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new WalRecord.Insert("t", 65_535, 1, Row.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new WalRecord.Begin(1, -1, 0));
    }

    // Arbitrary records.

    @Provide
    Arbitrary<List<WalRecord>> recordLists() {
        return records().list().ofMaxSize(8);
    }

    @Provide
    Arbitrary<WalRecord> records() {
        Arbitrary<Integer> partitions = Arbitraries.integers().between(0, WalRecord.MAX_PARTITIONS - 1);
        Arbitrary<Long> longs = Arbitraries.longs();
        Arbitrary<String> tables = text().filter(table -> table.length() < 20_000);
        Arbitrary<Row> rows = rows();
        Arbitrary<Row> optionalRows = rows.injectNull(0.3);
        Arbitrary<Tuple.Tuple3<String, Integer, Long>> places =
                Combinators.combine(tables, partitions, longs).as(Tuple::of);
        return Arbitraries.oneOf(
                Combinators.combine(longs, places, rows)
                        .as((id, place, row) ->
                                new WalRecord.Insert(id, place.get1(), place.get2(), place.get3(), row)),
                Combinators.combine(places, rows)
                        .as((place, row) -> new WalRecord.Insert(place.get1(), place.get2(), place.get3(), row)),
                Combinators.combine(longs, places, optionalRows, rows)
                        .as((id, place, old, row) ->
                                new WalRecord.Update(id, place.get1(), place.get2(), place.get3(), old, row)),
                Combinators.combine(longs, places, optionalRows, longs)
                        .as((id, place, old, time) ->
                                new WalRecord.Delete(id, place.get1(), place.get2(), place.get3(), old, time)),
                Combinators.combine(longs, partitions, Arbitraries.integers()).as(WalRecord.Begin::new),
                Combinators.combine(longs, partitions).as(WalRecord.Prepare::new),
                Combinators.combine(longs, partitions, longs).as(WalRecord.Commit::new),
                Combinators.combine(longs, partitions).as(WalRecord.Rollback::new),
                Combinators.combine(longs, partitions, longs).as(WalRecord.RollbackTo::new),
                Combinators.combine(partitions, longs, longs).as(WalRecord.Checkpoint::new));
    }

    private static Arbitrary<Row> rows() {
        return values().list().ofMaxSize(6).map(Row::new);
    }

    private static Arbitrary<Value> values() {
        return Arbitraries.oneOf(
                Arbitraries.just(Value.ofNull()),
                Arbitraries.of(true, false).map(Value::of),
                Arbitraries.longs().map(Value::of),
                Arbitraries.doubles().map(Value::of),
                text().map(Value::of),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(Value::of),
                Arbitraries.longs().map(Value.Timestamp::new),
                Arbitraries.floats().array(float[].class).ofMaxSize(50).map(Value.Vector::new));
    }

    /** Any text that can be written as UTF-8: surrogates come in pairs. */
    private static Arbitrary<String> text() {
        return Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .list()
                .ofMaxSize(12)
                .map(points -> points.stream()
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
    }
}
