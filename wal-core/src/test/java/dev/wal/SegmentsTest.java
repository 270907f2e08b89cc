package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.WalSpaceException;
import dev.wal.segment.Segment;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.MemoryStorage.Op;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Segments that are made, left over, used again, or could not be made. */
@Timeout(30)
class SegmentsTest {
    private static final int ROWS_OF_SEVERAL_SEGMENTS = 1000;

    private final MemoryStorage storage = new MemoryStorage();

    @Test
    void aSegmentBehindTheSpareIsInNobodysWay() throws IOException {
        Logs.open(storage).close();
        SegmentHeader first = Segment.readHeader(storage, FileNames.segment(1));
        SegmentHeader spare = new SegmentHeader(2, first.logId(), first.endPosition(), first.size());
        if (!storage.list().contains(spare.fileName())) {
            Segment.create(storage, spare).close();
        }
        Segment.create(storage, new SegmentHeader(3, first.logId(), spare.endPosition(), first.size()))
                .close();

        try (WalManager wal = Logs.open(storage)) {
            LongStream.range(0, ROWS_OF_SEVERAL_SEGMENTS).forEach(row -> Logs.commitRow(wal, 0, row));
        }
        assertThat(Logs.rowsIn(storage)).hasSize(ROWS_OF_SEVERAL_SEGMENTS);
    }

    @Test
    void whicheverCallFailsOnceWhileASegmentIsMadeTheLogHeals() {
        for (Op op : List.of(Op.CREATE, Op.WRITE, Op.FORCE, Op.RENAME, Op.FORCE_DIRECTORY)) {
            MemoryStorage disk = new MemoryStorage();
            List<Long> acknowledged;
            try (WalManager wal = Logs.open(disk)) {
                // The spare exists already: the next one fails.
                awaitSpare(disk);
                disk.failOnce(1, makesASegment(op));
                acknowledged = commitAll(wal);
            }
            assertThat(Logs.rowsIn(disk)).as(op.toString()).isEqualTo(acknowledged);
            assertThat(Logs.rowsIn(disk.powerCut(new Random(1))))
                    .as(op.toString())
                    .isEqualTo(acknowledged);
        }
    }

    private static void awaitSpare(MemoryStorage disk) {
        while (!disk.list().contains(FileNames.segment(2))) {
            Thread.onSpinWait();
        }
    }

    private static Predicate<Call> makesASegment(Op op) {
        return op == Op.FORCE_DIRECTORY
                ? call -> call.is(op)
                : call -> call.is(op)
                        && call.file().startsWith("segment-")
                        && call.file().contains("0003");
    }

    private static List<Long> commitAll(WalManager wal) {
        List<Long> acknowledged = new ArrayList<>();
        for (long row = 0; row < ROWS_OF_SEVERAL_SEGMENTS; row++) {
            try {
                Logs.commitRow(wal, 0, row);
                acknowledged.add(row);
            } catch (WalSpaceException refused) {
                assertThat(refused).hasMessageContaining("Nothing of this call was written");
            }
        }
        return acknowledged;
    }

    @Test
    void obsoleteSegmentsAreUsedAgainAndWhatWasInThemDoesNotComeBack() {
        for (int seed = 0; seed < 50; seed++) {
            MemoryStorage disk = new MemoryStorage();
            List<Long> afterCheckpoint = new ArrayList<>();
            MemoryStorage cut;
            try (WalManager wal = Logs.open(disk)) {
                LongStream.range(0, 300).forEach(row -> Logs.commitRow(wal, 0, row));
                wal.checkpointAll();
                for (long row = 1000; row < 1300; row++) {
                    Logs.commitRow(wal, 0, row);
                    afterCheckpoint.add(row);
                }
                assertThat(named(disk)).as("segments").isGreaterThan(created(disk));
                // Not waited for: it may be there in part, over what the segment held before.
                wal.logBegin(0, 1, 0);
                wal.logInsert(1, Logs.TABLE, 0, 9999, Logs.large(2000));
                cut = disk.powerCut(new Random(seed));
            }
            assertThat(Logs.rowsIn(cut)).as("seed " + seed).isEqualTo(afterCheckpoint);
            assertThat(Logs.rowsIn(cut)).as("once more").isEqualTo(afterCheckpoint);
        }
    }

    @Test
    void ofManyObsoleteSegmentsFourAreKeptToBeUsedAgainAndTheOthersAreDeleted() {
        try (WalManager wal = WalManager.open(Logs.options(storage).build(), () -> 1, name -> new DrivenThreads())) {
            LongStream.range(0, ROWS_OF_SEVERAL_SEGMENTS).forEach(row -> Logs.commitRow(wal, 0, row));
            int dropped = wal.checkpointAll().segmentsDropped();

            assertThat(dropped).isGreaterThan(6);
            assertThat(keptAside()).isEqualTo(4);
            assertThat(storage.count(call -> call.is(Op.DELETE)
                            && FileNames.segmentNumber(call.file()).isPresent()))
                    .isEqualTo(dropped - 4);

            long made = named(storage);
            long created = created(storage);
            LongStream.range(0, ROWS_OF_SEVERAL_SEGMENTS).forEach(row -> Logs.commitRow(wal, 0, row));
            assertThat(named(storage) - made).isGreaterThan(6);
            assertThat(created(storage) - created).isEqualTo(named(storage) - made - 4);
            assertThat(keptAside()).isZero();
        }
    }

    /** Files of segments that will be used again. */
    private long keptAside() {
        return storage.list().stream().filter(FileNames::isTemporarySegment).count();
    }

    private static long created(MemoryStorage disk) {
        return disk.count(call -> call.is(Op.CREATE) && call.file().startsWith("segment-"));
    }

    /** Segments that got their name, made from nothing or used again. */
    private static long named(MemoryStorage disk) {
        return disk.count(call ->
                call.is(Op.RENAME) && FileNames.segmentNumber(call.file()).isPresent());
    }

    @Test
    void aStateIsAttachedAlsoWhenOpeningRolledBackALoserAndTheLogWasIdleSince() {
        MemoryStorage killed;
        try (WalManager wal = Logs.open(storage)) {
            wal.logBegin(0, 7, 0);
            wal.logInsert(7, Logs.TABLE, 0, 1, Logs.row(1));
            wal.sync();
            killed = storage.kill();
        }
        try (WalManager wal = Logs.open(killed)) {
            long opened = wal.status().position();
            while (wal.status().position() == opened) {
                Thread.onSpinWait(); // until the mark of an idle log
            }
            assertThat(wal.attach(new AppliedRows(new ArrayList<>()))).isZero();
        }
    }

    @Test
    void recoverShowsWhatATransactionWroteBeforeTheCheckpointThatItWasOpenAt() {
        try (WalManager wal = Logs.open(storage)) {
            wal.logBegin(0, 7, 0);
            wal.logInsert(7, Logs.TABLE, 0, 1, Logs.row(1));
            wal.checkpointAll();
            wal.logCommit(0, 7, 42);

            assertThat(wal.recover().get(0))
                    .extracting(record -> record.getClass().getSimpleName())
                    .containsExactly("Begin", "Insert", "Commit");
        }
    }
}
