package dev.wal.cli;

import dev.wal.TransactionOptions;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Logs on disk, and damage to them. */
final class TestLogs {
    static final int SEGMENT_SIZE = 16 * 1024;

    private TestLogs() {}

    static WalOptions.Builder options(Path directory) {
        return WalOptions.builder(directory)
                .partitions(3)
                .segmentSize(SEGMENT_SIZE)
                .maxTransactionSize(2048);
    }

    static WalManager open(Path directory) {
        return WalManager.open(options(directory).build());
    }

    static void commitRow(WalManager wal, long row) {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert("accounts", (int) (row % 3), row, Row.of(Value.of(row), Value.of("row " + row)));
            transaction.commit();
        }
    }

    /** A log of so many commits of one row each. */
    static void commitRows(Path directory, int count) {
        try (WalManager wal = open(directory)) {
            LongStream.range(0, count).forEach(row -> commitRow(wal, row));
        }
    }

    static Row allValues() {
        return Row.of(
                Value.ofNull(),
                Value.of(true),
                Value.of(Long.MIN_VALUE),
                Value.of(0.1),
                Value.of(-0.0),
                Value.of(1e300),
                Value.of(Double.NaN),
                Value.of(Double.longBitsToDouble(0x7FF8_0000_0000_0001L)),
                Value.of(Double.NEGATIVE_INFINITY),
                Value.of("hé \"\\ \n\u0001 \uD83D\uDE00"),
                Value.of(new byte[] {(byte) 0xCA, (byte) 0xFE, 0}),
                new Value.Timestamp(1_700_000_000_000_001L),
                new Value.Vector(0.1f, Float.POSITIVE_INFINITY, Float.NaN, Float.intBitsToFloat(0x7FC0_0001), 3f));
    }

    /** Every type of record, with and without what is optional; several incarnations; a transaction over several frames. */
    static void writeEverything(Path directory) {
        try (WalManager wal = open(directory)) {
            try (WalTransaction transaction = wal.begin(TransactionOptions.defaults())) {
                transaction.insert("accounts", 0, 1, allValues());
                transaction.update("accounts", 1, 2, allValues(), Row.of());
                transaction.update("t", 2, 3, null, allValues());
                transaction.delete("t", 0, 4, allValues(), -5);
                transaction.delete("t", 0, 5, null, Long.MAX_VALUE);
                transaction.commit();
            }
            wal.logInsert("alone", 1, Long.MAX_VALUE, Row.of(Value.of("no transaction")));
            wal.batchAppend(
                    2,
                    List.of(
                            new WalRecord.Insert("batch", 2, 1, Row.of(Value.of(1L))),
                            new WalRecord.Delete("batch", 2, 1, null, 7)));
            wal.logBegin(0, 42, 3);
            wal.logInsert(42, "callers", 0, 6, Row.of(Value.of("of a caller")));
            wal.logCommit(0, 42, 1234);
            wal.logBegin(1, 43, 0);
            wal.logInsert(43, "callers", 1, 7, Row.of());
            wal.logRollback(1, 43);
            spill(wal);
            prepare(wal);
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert("t", 0, 9, Row.of());
                transaction.rollback();
            }
            wal.checkpoint(1);
        }
        try (WalManager wal = open(directory)) {
            commitRow(wal, 100);
        }
    }

    private static void spill(WalManager wal) {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert("large", 0, 0, Row.of(Value.of("stays")));
            WalTransaction.Savepoint savepoint = transaction.savepoint();
            for (int i = 1; i < 10; i++) {
                transaction.insert("large", i % 2, i, Row.of(Value.of(new byte[1000])));
            }
            transaction.rollbackTo(savepoint);
            transaction.insert("large", 1, 100, Row.of(Value.of("stays, too")));
            transaction.commit();
        }
    }

    private static void prepare(WalManager wal) {
        WalTransaction transaction = wal.begin();
        transaction.insert("prepared", 2, 1, Row.of(Value.of("in doubt")));
        transaction.prepare();
        transaction.close();
    }

    // Looking at files and damaging them.

    static List<Path> segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("segment-\\d{10}\\.wal"))
                    .sorted()
                    .toList();
        }
    }

    static Path segment(Path directory, int number) {
        return directory.resolve(String.format("segment-%010d.wal", number));
    }

    /** Where a frame is. */
    record FrameAt(Path file, int offset, int end, int type, long position) {}

    /** The frames of a log that is not damaged. */
    static List<FrameAt> frames(Path directory) throws IOException {
        List<FrameAt> frames = new ArrayList<>();
        for (Path file : segments(directory)) {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int offset = 4096;
            while (offset + 48 <= bytes.limit()
                    && bytes.get(offset + 4) != 0
                    && bytes.getLong(offset + 16) == bytes.getLong(32) + offset) {
                int size = 48 + 16 * Short.toUnsignedInt(bytes.getShort(offset + 6)) + bytes.getInt(offset + 8);
                int end = offset + (size + 7) / 8 * 8;
                frames.add(new FrameAt(file, offset, end, bytes.get(offset + 4), bytes.getLong(offset + 16)));
                offset = end;
            }
        }
        return frames;
    }

    static List<FrameAt> batches(Path directory) throws IOException {
        return frames(directory).stream().filter(frame -> frame.type() == 1).toList();
    }

    static void flip(Path path, long offset) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(offset);
            int value = file.read();
            file.seek(offset);
            file.write(value ^ 0x10);
        }
    }

    static void write(Path path, long offset, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(offset);
            file.write(bytes);
        }
    }

    static void truncate(Path path, long length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(length);
        }
    }

    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** A copy of a log as a killed process leaves it, with a write at its end that is there in part. */
    static void torn(Path directory, Path scratch) throws IOException {
        try (WalManager wal = open(scratch)) {
            LongStream.range(0, 100).forEach(row -> commitRow(wal, row));
            copy(scratch, directory);
        }
        List<FrameAt> batches = batches(directory);
        FrameAt last = batches.get(batches.size() - 1);
        write(last.file(), last.offset() + 60, new byte[last.end() - last.offset() - 60]);
        for (FrameAt frame : frames(directory)) {
            if (frame.position() > last.position()) {
                write(frame.file(), frame.offset(), new byte[48]);
            }
        }
    }
}
