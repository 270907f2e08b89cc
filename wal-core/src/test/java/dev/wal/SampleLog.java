package dev.wal;

import dev.wal.LogBytes.FrameAt;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A log over several segments in which everything is that can be in one, left by a killed process: the last batches are covered by no mark. */
final class SampleLog {
    private static final int ROUNDS = 4;
    private static final int MANIFEST_MARK_OFFSET = 40;

    private final MemoryStorage storage;
    private final List<FrameAt> frames;
    private final List<WalChange> committed;
    private final Random random = new Random(1);

    SampleLog() {
        MemoryStorage written = new MemoryStorage();
        AtomicLong nanos = new AtomicLong(1);
        DrivenThreads threads = new DrivenThreads();
        WalManager wal =
                WalManager.open(Logs.options(written).maxTransactionSize(1024).build(), nanos::get, name -> threads);
        for (int i = 0; i < ROUNDS; i++) {
            write(wal, i);
            if (i % 2 == 0) {
                // After some time without an append, a mark covers what was written last.
                threads.flush();
                nanos.addAndGet(Duration.ofSeconds(1).toNanos());
                threads.flush();
            }
        }
        committed = Logs.replay(wal);
        storage = written.kill();
        wal.close();
        frames = LogBytes.frames(storage);
    }

    private void write(WalManager wal, int round) {
        int partition = round % Logs.PARTITIONS;
        long row = round * 100L;
        commitOver(wal, row, 30, partition, (partition + 1) % Logs.PARTITIONS);
        commitOver(wal, row + 1, 10, 3, 0, 2, 1);
        wal.logInsert(Logs.TABLE, partition, row + 2, row(row + 2, 10));
        commitOver(wal, row + 3, 700, partition, 2, 1);
        wal.logBegin(partition, row, 0);
        wal.logInsert(row, Logs.TABLE, partition, row + 4, row(row + 4, 10));
        prepare(wal, row + 5, round % 3);
        wal.logDelete(row, Logs.TABLE, partition, row + 4, null, row);
        rollBackSpilled(wal, row + 6, partition);
        wal.logCommit(partition, row, row);
    }

    private Row row(long number, int size) {
        byte[] content = new byte[size];
        random.nextBytes(content);
        return Row.of(Value.of(number), Value.of(content));
    }

    private void commitOver(WalManager wal, long rowId, int size, Integer... partitions) {
        try (WalTransaction transaction = wal.begin()) {
            for (int partition : partitions) {
                transaction.insert(Logs.TABLE, partition, rowId, row(rowId, size));
                transaction.update(Logs.TABLE, partition, rowId, null, row(rowId, size));
            }
            transaction.commit();
        }
    }

    /** Commits it, rolls it back, or leaves it in doubt. */
    private void prepare(WalManager wal, long rowId, int end) {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(Logs.TABLE, 0, rowId, row(rowId, 20));
            transaction.insert(Logs.TABLE, 1, rowId, row(rowId, 20));
            transaction.prepare();
            if (end == 0) {
                transaction.commit();
            } else if (end == 1) {
                transaction.rollback();
            }
        }
    }

    private void rollBackSpilled(WalManager wal, long rowId, int partition) {
        try (WalTransaction transaction = wal.begin()) {
            for (int i = 0; i < 3; i++) {
                transaction.insert(Logs.TABLE, partition, rowId, row(rowId, 600));
            }
        }
    }

    /** A copy of it. */
    MemoryStorage copy() {
        return storage.kill();
    }

    /** What it hands over. */
    List<WalChange> committed() {
        return committed;
    }

    List<FrameAt> frames() {
        return frames;
    }

    long manifestMark() {
        return ByteBuffer.wrap(storage.bytes(FileNames.MANIFEST))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong(MANIFEST_MARK_OFFSET);
    }

    /** Where it ends. */
    long end() {
        return frames.get(frames.size() - 1).endPosition();
    }

    List<String> usedSegments() {
        return LogBytes.usedSegments(storage);
    }

    /** Behind the last frame of a file. */
    int usedLength(String file) {
        return frames.stream()
                .filter(frame -> frame.file().equals(file))
                .mapToInt(FrameAt::end)
                .max()
                .orElseThrow();
    }

    /** How many changes were committed in frames that end below a position. */
    long changesBelow(long position) {
        List<Long> covered = frames.stream()
                .filter(frame -> frame.endPosition() <= position)
                .map(FrameAt::position)
                .toList();
        return committed.stream()
                .filter(change -> covered.contains(change.position()))
                .count();
    }
}
