package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.WalSpaceException;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.MemoryStorage.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log that may take only so much of the disk. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MaxDiskTest {
    private static final long THREE_SEGMENTS = 3L * Logs.SEGMENT_SIZE;

    private final MemoryStorage storage = new MemoryStorage();
    private long nextRow;

    private WalManager open(long maxDisk) {
        return WalManager.open(Logs.options(storage).maxDisk(maxDisk).build());
    }

    private long bytesOfSegments() {
        return storage.list().stream()
                .filter(name -> name.startsWith("segment-"))
                .mapToLong(storage::size)
                .sum();
    }

    /** Commits rows until one is refused, and returns those that were not. */
    private List<Long> fill(WalManager wal) {
        List<Long> acknowledged = new ArrayList<>();
        while (true) {
            try {
                commit(wal);
                acknowledged.add(nextRow++);
            } catch (WalSpaceException full) {
                return acknowledged;
            }
        }
    }

    private void commit(WalManager wal) {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(Logs.TABLE, 0, nextRow, Logs.large(500));
            transaction.commit();
        }
    }

    @Test
    void aCommitThatNeedsOneSegmentTooManyIsRefusedAndNothingOfItIsWritten() {
        List<Long> acknowledged;
        try (WalManager wal = open(THREE_SEGMENTS)) {
            acknowledged = fill(wal);
            long position = wal.status().position();

            assertThatThrownBy(() -> commit(wal))
                    .isInstanceOf(WalSpaceException.class)
                    .hasMessageContaining("take " + THREE_SEGMENTS + " bytes")
                    .hasMessageContaining("limit of " + THREE_SEGMENTS + " bytes")
                    .hasMessageContaining(storage.directory().toString())
                    .hasMessageContaining("Nothing of this call was written")
                    .hasMessageContaining("Take a checkpoint")
                    .hasMessageContaining("raise the limit");
            assertThat(wal.status().position()).isEqualTo(position);
            assertThat(wal.status().state()).isEqualTo(WalStatus.State.OPEN);
            assertThat(wal.status().segments()).isEqualTo(3);
            assertThat(Logs.replayedRows(wal)).isEqualTo(acknowledged);
        }
        assertThat(Logs.rowsIn(storage.powerCut(new Random(1)))).isEqualTo(acknowledged);
    }

    @Test
    void theFirstCommitAfterACheckpointIsTaken() {
        try (WalManager wal = open(2L * Logs.SEGMENT_SIZE)) {
            for (int round = 0; round < 30; round++) {
                assertThat(fill(wal)).as("round " + round).isNotEmpty();

                wal.checkpointAll();

                assertThatCode(() -> commit(wal)).as("round " + round).doesNotThrowAnyException();
                nextRow++;
                assertThat(bytesOfSegments()).as("round " + round).isLessThanOrEqualTo(2L * Logs.SEGMENT_SIZE);
            }
        }
    }

    @Test
    void filesThatAreUsedAgainDoNotCountTwice() {
        try (WalManager wal = open(THREE_SEGMENTS)) {
            fill(wal);
            for (int round = 0; round < 10; round++) {
                wal.checkpointAll();
                assertThat(fill(wal)).isNotEmpty();
                assertThat(bytesOfSegments()).isLessThanOrEqualTo(THREE_SEGMENTS);
            }
        }
        assertThat(storage.count(call -> call.is(Op.CREATE) && call.file().startsWith("segment-")))
                .isEqualTo(3);
    }

    @Test
    void filesThatWaitToBeUsedAgainGoWhereThereIsNoRoomForThem() {
        try (WalManager wal = open(Long.MAX_VALUE)) {
            while (wal.status().segments() < 6) {
                commit(wal);
                nextRow++;
            }
            wal.checkpointAll();
        }
        // Kept bytes take their place.
        storage.put(FileNames.torn(1, 1), new byte[Logs.SEGMENT_SIZE]);
        List<Long> acknowledged;
        try (WalManager wal = open(4L * Logs.SEGMENT_SIZE)) {
            acknowledged = fill(wal);
            assertThat(wal.status().segments()).isEqualTo(3);
            storage.put(FileNames.torn(2, 1), new byte[Logs.SEGMENT_SIZE]);
            wal.checkpointAll();
            assertThat(fill(wal)).isNotEmpty();
            assertThat(bytesOfSegments()).isEqualTo(2L * Logs.SEGMENT_SIZE);
        }
        assertThat(acknowledged).isNotEmpty();
    }

    @Test
    void aHigherLimitAtTheNextOpenLetsCommitsThrough() {
        List<Long> acknowledged;
        try (WalManager wal = open(2L * Logs.SEGMENT_SIZE)) {
            acknowledged = fill(wal);
        }
        try (WalManager wal = open(2L * Logs.SEGMENT_SIZE)) {
            assertThatThrownBy(() -> commit(wal)).isInstanceOf(WalSpaceException.class);
        }
        try (WalManager wal = open(THREE_SEGMENTS)) {
            acknowledged.addAll(fill(wal));
            assertThat(wal.status().segments()).isEqualTo(3);
        }
        assertThat(Logs.rowsIn(storage)).isEqualTo(acknowledged);
    }

    @Test
    void aLogThatIsFullHasRoomForCheckpointsAlsoIfTheyDropNothing() {
        try (WalManager wal = open(2L * Logs.SEGMENT_SIZE)) {
            wal.logBegin(0, 7, 0);
            wal.logInsert(7, Logs.TABLE, 0, -1, Logs.row(1));
            fill(wal);
            for (int i = 0; i < 4; i++) {
                // The transaction that is open needs the first segment.
                assertThat(wal.checkpointAll().segmentsDropped()).isZero();
            }
            assertThatThrownBy(() -> commit(wal)).isInstanceOf(WalSpaceException.class);
        }
        try (WalManager wal = open(2L * Logs.SEGMENT_SIZE)) {
            // Opening rolled it back.
            assertThatThrownBy(() -> commit(wal)).isInstanceOf(WalSpaceException.class);
        }
    }

    @Test
    void aDiskThatIsReallyFullIsHealedByACheckpointToo() {
        List<Long> afterwards;
        try (WalManager wal = open(Long.MAX_VALUE)) {
            while (wal.status().segments() < 4) {
                commit(wal);
                nextRow++;
            }
            storage.failBy(call -> {
                if (writesANewFile(call)) {
                    throw new java.io.IOException("No space left on device");
                }
            });
            fill(wal);
            assertThat(wal.status().disk().refusing()).isTrue();
            assertThat(wal.status().disk().failure()).isPresent();

            // A file that is there already can be used again, whatever is free.
            wal.checkpointAll();
            afterwards = fill(wal);
            assertThat(afterwards).isNotEmpty();
        }
        storage.heal();
        assertThat(Logs.rowsIn(storage)).isEqualTo(afterwards);
    }

    private static boolean writesANewFile(Call call) {
        return call.is(Op.CREATE) && call.file().startsWith("segment-");
    }

    @Test
    void statusTellsUseAndLimitAndWhetherCommitsAreRefused() {
        try (WalManager wal = open(THREE_SEGMENTS)) {
            assertThat(wal.status().disk().limit()).hasValue(THREE_SEGMENTS);
            assertThat(wal.status().disk().refusing()).isFalse();

            fill(wal);

            assertThat(wal.status().disk().bytes()).isEqualTo(THREE_SEGMENTS);
            assertThat(wal.status().disk().spareBytes()).isZero();
            assertThat(wal.status().disk().refusing()).isTrue();

            wal.checkpointAll();
            assertThat(wal.status().disk().bytes()).isEqualTo(THREE_SEGMENTS);
            commit(wal);

            assertThat(wal.status().disk().refusing()).isFalse();
            assertThat(wal.status().disk().failure()).isEmpty();
        }
        try (WalManager wal = Logs.open(storage)) {
            assertThat(wal.status().disk().limit()).isEmpty();
        }
    }

    @Test
    void snapshotsAndKeptBytesCountButNotTheManifestAndWhatIsNotOfTheLog() {
        storage.put(FileNames.snapshot(1, 2), new byte[11]);
        storage.put(FileNames.temporary(FileNames.snapshot(1, 3)), new byte[5]);
        storage.put(FileNames.torn(1, 1), new byte[7]);
        storage.put(FileNames.MANIFEST, new byte[100]);
        storage.put("notes.txt", new byte[100]);

        assertThat(storage.list().stream()
                        .filter(FileNames::countsForDiskUse)
                        .mapToLong(storage::size)
                        .sum())
                .isEqualTo(23);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50, 150})
    void aFullLogThatIsOpenedWithTransactionsWithoutAnOutcomeStillTakesCheckpoints(int transactions) {
        MemoryStorage killed;
        try (WalManager wal = open(2L * Logs.SEGMENT_SIZE)) {
            for (int id = 0; id < transactions; id++) {
                wal.logBegin(1, id, 0);
            }
            fillToTheLastByte(wal);
            killed = storage.kill();
        }
        for (int open = 0; open < 3; open++) {
            try (WalManager again = WalManager.open(
                    Logs.options(killed).maxDisk(2L * Logs.SEGMENT_SIZE).build())) {
                assertThat(again.checkpointAll().segmentsDropped() + open).isPositive();
                Logs.commitRow(again, 0, 1_000 + open);
            }
        }
    }

    private static void fillToTheLastByte(WalManager wal) {
        for (int bytes = 4_000; bytes > 0; bytes /= 2) {
            boolean refused = false;
            while (!refused) {
                try (WalTransaction transaction = wal.begin()) {
                    transaction.insert(Logs.TABLE, 3, 99, Logs.large(bytes));
                    transaction.commit();
                } catch (WalSpaceException full) {
                    refused = true;
                }
            }
        }
    }

    @Test
    void aLimitBelowTwoSegmentsIsRefused() {
        assertThatThrownBy(() -> Logs.options(storage)
                        .maxDisk(2L * Logs.SEGMENT_SIZE - 1)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxDisk must be at least two segments, that is 32768 bytes, not 32767");
    }
}
