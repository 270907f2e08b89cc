package dev.wal;

import static dev.wal.Logs.TABLE;
import static dev.wal.Logs.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wal.common.WalClosedException;
import dev.wal.common.WalOvertakenException;
import dev.wal.record.LoggedRecord;
import dev.wal.record.WalRecord;
import dev.wal.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Raw records, from any position or LSN. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CursorTest {
    private final MemoryStorage storage = new MemoryStorage();
    private WalManager wal = Logs.open(storage);

    @AfterEach
    void close() {
        wal.close();
    }

    private static List<LoggedRecord> drain(WalCursor cursor) {
        List<LoggedRecord> records = new ArrayList<>();
        try (cursor) {
            for (Optional<LoggedRecord> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                records.add(next.get());
            }
        }
        return records;
    }

    private List<LoggedRecord> all() {
        return drain(wal.cursor(firstPosition()));
    }

    private long firstPosition() {
        try (WalCursor whole = wal.cursor(0)) {
            assertThat(whole).isNotNull();
            return 0;
        } catch (WalOvertakenException e) {
            return e.firstPosition();
        }
    }

    /** Commits over several partitions, and rolls a transaction back that was open meanwhile. */
    private void write(int commits) {
        wal.logBegin(3, 1, 0);
        for (long i = 0; i < commits; i++) {
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert(TABLE, (int) (i % 3), i, Logs.large(700));
                transaction.insert(TABLE, 2, -i, row(i));
                transaction.commit();
            }
        }
        wal.logRollback(3, 1);
    }

    @Test
    void recordsComeAsTheyWereWritten() {
        wal.logBegin(1, 7, 3);
        wal.logInsert(7, TABLE, 1, 70, row(70));
        wal.logRollback(1, 7);
        CommitReceipt receipt = Logs.commitRow(wal, 2, 80);

        assertThat(drain(wal.cursor(0)).stream().map(LoggedRecord::record))
                .startsWith(
                        new WalRecord.Begin(7, 1, 3),
                        new WalRecord.Insert(7, TABLE, 1, 70, row(70)),
                        new WalRecord.Rollback(7, 1))
                .hasSize(6);
        assertThat(drain(wal.cursor(receipt.position())))
                .allMatch(record -> record.position() == receipt.position())
                .extracting(LoggedRecord::lsn)
                .containsExactly(0L, 1L, 2L);
    }

    @Test
    void fromEveryPositionComesTheRestOfTheLog() {
        write(60);
        List<LoggedRecord> all = all();

        for (LoggedRecord first : all) {
            List<LoggedRecord> rest =
                    all.stream().filter(r -> r.position() >= first.position()).toList();
            assertThat(drain(wal.cursor(first.position()))).isEqualTo(rest);
            assertThat(drain(wal.cursor(first.position() - 1)))
                    .as("from a position between two batches")
                    .isEqualTo(rest);
        }
        assertThat(drain(wal.cursor(wal.status().position()))).isEmpty();
    }

    @Test
    void fromEveryLsnComesTheRestOfThePartition() {
        write(60);
        for (int attempt = 0; attempt < 2; attempt++) {
            List<LoggedRecord> all = all();
            for (int partition = 0; partition < Logs.PARTITIONS; partition++) {
                int ofPartition = partition;
                List<LoggedRecord> own = all.stream()
                        .filter(r -> r.record().partition() == ofPartition)
                        .toList();
                for (int lsn = 0; lsn <= own.size(); lsn++) {
                    assertThat(drain(wal.cursor(partition, lsn))).isEqualTo(own.subList(lsn, own.size()));
                }
            }
            // What is known of the segments comes from appending the first time, from reading the second.
            wal.close();
            wal = Logs.open(storage);
        }
    }

    @Test
    void aCursorEndsWhereTheLogWasWhenItWasMade() {
        Logs.commitRow(wal, 0, 1);
        try (WalCursor cursor = wal.cursor(0)) {
            Logs.commitRow(wal, 0, 2);
            for (int i = 0; i < 3; i++) {
                assertThat(cursor.next()).isPresent();
            }
            assertThat(cursor.next()).isEmpty();
        }
    }

    @Test
    void whatWasDroppedIsRefusedWithTheFirstThatIsLeft() {
        write(60);
        List<LoggedRecord> before = all();
        assertThat(wal.checkpointAll().segmentsDropped()).isPositive();

        for (int attempt = 0; attempt < 2; attempt++) {
            WalOvertakenException byPosition = overtaken(() -> wal.cursor(0));
            List<LoggedRecord> left = drain(wal.cursor(byPosition.firstPosition()));
            assertThat(left).containsAnyElementsOf(before);
            for (int partition = 0; partition < 3; partition++) {
                int asked = partition;
                WalOvertakenException byLsn = overtaken(() -> wal.cursor(asked, 0));
                assertThat(byLsn.firstLsn()).isPositive();
                assertThat(drain(wal.cursor(partition, byLsn.firstLsn())))
                        .isEqualTo(left.stream()
                                .filter(r -> r.record().partition() == asked)
                                .toList());
                assertThat(overtaken(() -> wal.cursor(asked, byLsn.firstLsn() - 1))
                                .firstLsn())
                        .isEqualTo(byLsn.firstLsn());
            }
            wal.close();
            wal = Logs.open(storage);
        }
    }

    private static WalOvertakenException overtaken(Runnable action) {
        try {
            action.run();
        } catch (WalOvertakenException e) {
            assertThat(e).hasMessageContaining("dropped");
            return e;
        }
        throw new AssertionError("nothing was dropped");
    }

    @Test
    void anLsnIsFoundWithoutReadingTheSegmentsBefore() {
        write(300);
        long last = wal.status().partitions().get(2).appendedLsn();
        long before = storage.bytesRead();

        assertThat(drain(wal.cursor(2, last))).hasSize(1);

        assertThat(storage.bytesRead() - before).isLessThan(2L * Logs.SEGMENT_SIZE);
    }

    @Test
    void whatACursorReadsIsNotDroppedBeforeItIsClosed() {
        write(60);
        List<LoggedRecord> all = all();
        try (WalCursor cursor = wal.cursor(0)) {
            wal.checkpointAll();
            write(60);
            List<LoggedRecord> read = new ArrayList<>();
            cursor.next().ifPresent(read::add);
            for (Optional<LoggedRecord> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                read.add(next.get());
            }
            assertThat(read).isEqualTo(all);
        }
        assertThat(wal.checkpointAll().segmentsDropped()).isPositive();
    }

    @Test
    void recordsOfSegmentsThatWereUsedAgainAreReadWithoutTheOldOnes() {
        for (int round = 0; round < 4; round++) {
            write(40);
            wal.checkpointAll();
        }
        write(40);

        List<LoggedRecord> left = all();
        assertThat(left.stream().map(LoggedRecord::position)).isSorted();
        List<Long> lsns = left.stream()
                .filter(r -> r.record().partition() == 2)
                .map(LoggedRecord::lsn)
                .toList();
        long last = wal.status().partitions().get(2).appendedLsn();
        assertThat(lsns)
                .isEqualTo(LongStream.rangeClosed(lsns.get(0), last).boxed().toList());
    }

    @Test
    void aCursorReadsBesideWriters() {
        Background<Void> writer = Background.run(() -> write(400));
        while (!writer.isDone()) {
            List<LoggedRecord> seen = drain(wal.cursor(2, 0));
            for (int i = 0; i < seen.size(); i++) {
                assertThat(seen.get(i).lsn()).isEqualTo(i);
            }
        }
        writer.result();
        assertThat(drain(wal.cursor(2, 0)))
                .hasSize((int) wal.status().partitions().get(2).appendedLsn() + 1);
    }

    @Test
    void whereThereIsNothingYetIsAMistakeOfTheCaller() {
        Logs.commitRow(wal, 0, 1);

        assertThatIllegalArgumentException().isThrownBy(() -> wal.cursor(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> wal.cursor(wal.status().position() + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> wal.cursor(0, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> wal.cursor(0, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> wal.cursor(Logs.PARTITIONS, 0));
        assertThat(storage.openFiles()).isLessThanOrEqualTo(2);
    }

    @Test
    void aCursorEndsWithItsLogAndWithItself() {
        Logs.commitRow(wal, 0, 1);
        WalCursor closed = wal.cursor(0);
        closed.close();
        closed.close();
        assertThatIllegalStateException().isThrownBy(closed::next);
        try (WalCursor cursor = wal.cursor(0)) {
            wal.close();
            assertThatExceptionOfType(WalClosedException.class).isThrownBy(cursor::next);
        }
    }

    @Test
    void replayReadsLittleMoreThanTheFramesOfALongTransactionTwice() {
        wal.close();
        MemoryStorage other = new MemoryStorage();
        try (WalManager large =
                WalManager.open(Logs.options(other).segmentSize(8 << 20).build())) {
            large.logBegin(0, 1, 0);
            for (long i = 0; i < 100; i++) {
                large.logInsert(1, TABLE, 0, i, row(i));
                large.logInsert(TABLE, 1, i, Logs.large(40_000));
            }
            large.logCommit(0, 1, 0);
            long before = other.bytesRead();

            assertThat(Logs.replay(large)).hasSize(200);

            // The log once, and 64 KiB for each of the frames that are read again.
            assertThat(other.bytesRead() - before).isLessThan((8 << 20) + 101 * (64L << 10));
        }
        wal = Logs.open(storage);
    }
}
