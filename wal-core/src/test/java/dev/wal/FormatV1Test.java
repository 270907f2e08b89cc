package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.LogBytes.FrameAt;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** A log of version 1 that was put together from documented bytes is read, and what the engine writes is as documented. */
class FormatV1Test {
    private static final long TRANSACTION = Long.MIN_VALUE | 1L << 43 | 1;

    @Test
    void aLogOfVersion1IsRead() {
        try (WalManager wal =
                WalManager.open(Logs.options(goldenLog()).partitions(3).build())) {
            assertThat(Logs.replay(wal))
                    .containsExactly(
                            change(2, 1, new WalRecord.Insert(TRANSACTION, "accounts", 2, 42, allValues())),
                            change(0, 1, new WalRecord.Update(TRANSACTION, "t", 0, 43, one(1), one(2))),
                            change(0, 2, new WalRecord.Delete(TRANSACTION, "t", 0, 44, one(3), 5)));
            assertThat(wal.logInsert("t", 0, 1, one(1))).isEqualTo(4);
            assertThat(wal.logInsert("t", 2, 1, one(1))).isEqualTo(3);
        }
    }

    private static MemoryStorage goldenLog() {
        byte[] segment = new byte[16_384];
        put(segment, 0, "segment-header");
        put(segment, 4096, "mark-frame");
        put(segment, 4144, "batch-frame");
        MemoryStorage storage = new MemoryStorage();
        storage.put("segment-0000000001.wal", segment);
        storage.put("wal.manifest", GoldenBytes.v1("manifest-without-checkpoints"));
        return storage;
    }

    private static void put(byte[] target, int offset, String name) {
        byte[] bytes = GoldenBytes.v1(name);
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    private static WalChange change(int partition, long lsn, WalRecord.Data record) {
        assertThat(record.partition()).isEqualTo(partition);
        return new WalChange(record, lsn, 4144, GoldenBytes.TIME_MICROS);
    }

    private static Row one(long value) {
        return Row.of(Value.of(value));
    }

    private static Row allValues() {
        return Row.of(
                Value.ofNull(),
                Value.of(true),
                Value.of(-7),
                Value.of(1.5),
                Value.of("hé"),
                Value.of(new byte[] {(byte) 0xCA, (byte) 0xFE}),
                new Value.Timestamp(1_700_000_000_000_000L),
                new Value.Vector(1f, -0.5f));
    }

    @Test
    void framesOfTheEngineHaveTheDocumentedChecksumsPlacesAndPadding() {
        MemoryStorage storage = new MemoryStorage();
        try (WalManager wal = Logs.open(storage)) {
            IntStream.range(0, 300).forEach(i -> Logs.commitRow(wal, i % Logs.PARTITIONS, i));
        }
        List<FrameAt> frames = LogBytes.frames(storage);

        assertThat(frames).hasSizeGreaterThan(300).extracting(FrameAt::type).contains(1, 2, 3);
        assertThat(frames).allSatisfy(frame -> checkFrame(storage, frame));
    }

    private static void checkFrame(MemoryStorage storage, FrameAt frame) {
        byte[] file = storage.bytes(frame.file());
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long logId = bytes.getLong(24);
        int number = FileNames.segmentNumber(frame.file()).orElseThrow();
        ByteBuffer seed = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(logId);

        assertThat(bytes.getInt(frame.offset()))
                .isEqualTo(crc(seed.array(), Arrays.copyOfRange(file, frame.offset() + 4, frame.payloadOffset())));
        assertThat(frame.position())
                .isEqualTo(bytes.getLong(32) + frame.offset())
                .isEqualTo(16_384L * (number - 1) + frame.offset());
        assertThat(frame.offset() % 8).isZero();
        assertThat(bytes.getInt(frame.offset() + 36)).isEqualTo(number);
        assertThat(frame.mark()).isLessThanOrEqualTo(frame.position());
        int payloadEnd = frame.payloadOffset() + frame.payloadLength();
        int payloadChecksum = bytes.getInt(frame.offset() + 12);
        assertThat(payloadChecksum)
                .isEqualTo(frame.isBatch() ? crc(Arrays.copyOfRange(file, frame.payloadOffset(), payloadEnd)) : 0);
        assertThat(Arrays.copyOfRange(file, payloadEnd, frame.end())).isEqualTo(new byte[frame.end() - payloadEnd]);
    }

    private static int crc(byte[]... parts) {
        CRC32C checksum = new CRC32C();
        Arrays.stream(parts).forEach(checksum::update);
        return (int) checksum.getValue();
    }

    @Test
    void behindTheLastFrameTheEngineWritesAnEmptyHeader() {
        MemoryStorage storage = new MemoryStorage();
        try (WalManager wal = Logs.open(storage)) {
            Logs.commitRow(wal, 0, 1);
        }
        FrameAt last = LogBytes.frames(storage).get(LogBytes.frames(storage).size() - 1);

        assertThat(last.isMark()).isTrue();
        assertThat(Arrays.copyOfRange(storage.bytes(last.file()), last.end(), last.end() + 48))
                .containsOnly(0);
    }
}
