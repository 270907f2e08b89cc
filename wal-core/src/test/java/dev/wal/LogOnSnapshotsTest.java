package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.TargetUnreachableException;
import dev.wal.common.WalOvertakenException;
import dev.wal.recovery.CopyReport;
import dev.wal.recovery.RecoveryTarget;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A log that begins with snapshots at position 0, as one that was made of what was left of a damaged log does. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogOnSnapshotsTest {
    private static final int ROWS_IN_SNAPSHOTS = 8;

    /** A log whose first rows are in snapshots alone, one for each partition. */
    private static MemoryStorage log() throws IOException {
        MemoryStorage old = new MemoryStorage();
        try (WalManager wal = Logs.open(old)) {
            RowsState.of(wal);
            for (int row = 0; row < ROWS_IN_SNAPSHOTS; row++) {
                Logs.commitRow(wal, row % Logs.PARTITIONS, row);
            }
            wal.checkpointAll();
        }
        Manifest before = new ManifestStore(old).read().orElseThrow();
        MemoryStorage made = new MemoryStorage();
        List<Manifest.Partition> partitions = new ArrayList<>();
        for (int partition = 0; partition < Logs.PARTITIONS; partition++) {
            PartitionCheckpoint checkpoint =
                    before.partitions().get(partition).checkpoints().get(0);
            String name = FileNames.snapshot(partition, 0);
            made.put(name, old.bytes(checkpoint.snapshot()));
            partitions.add(new Manifest.Partition(
                    checkpoint.lsn(),
                    List.of(new PartitionCheckpoint(checkpoint.lsn(), 0, 0, checkpoint.timeMicros(), name))));
        }
        new ManifestStore(made).write(new Manifest(before.logId() + 1, 0, 1, 0, partitions));
        return made;
    }

    private static Long[] rows(long count) {
        return LongStream.range(0, count).boxed().toArray(Long[]::new);
    }

    @Test
    void aMomentBehindTheFirstCheckpointsKeepsWhatIsInTheSnapshots() throws IOException {
        MemoryStorage source = log();
        long position;
        try (WalManager wal = Logs.open(source)) {
            RowsState.of(wal);
            position = Logs.commitRow(wal, 0, ROWS_IN_SNAPSHOTS).position();
            Logs.commitRow(wal, 0, 1_000);
        }
        MemoryStorage made = new MemoryStorage();

        CopyReport report = WalRecovery.recoverTo(source, made, RecoveryTarget.position(position));

        assertThat(CopiedLogs.rowsIn(made, report)).containsOnlyKeys(rows(ROWS_IN_SNAPSHOTS + 1));
    }

    @Test
    void aMomentWhoseSnapshotsWereReplacedIsRefused() throws IOException {
        MemoryStorage source = log();
        long position;
        long end;
        try (WalManager wal = Logs.open(source)) {
            RowsState.of(wal);
            position = Logs.commitRow(wal, 0, ROWS_IN_SNAPSHOTS).position();
            for (int row = ROWS_IN_SNAPSHOTS + 1; row < ROWS_IN_SNAPSHOTS + 4; row++) {
                Logs.commitRow(wal, 0, row);
                wal.checkpointAll();
            }
            end = wal.status().position();
        }
        assertThat(source.list()).contains(FileNames.segment(1));
        MemoryStorage made = new MemoryStorage();

        assertThatExceptionOfType(TargetUnreachableException.class)
                .isThrownBy(() -> WalRecovery.recoverTo(source, made, RecoveryTarget.position(position)));

        assertThat(made.list()).isEmpty();
        CopyReport report = WalRecovery.recoverTo(source, made, RecoveryTarget.position(end));
        assertThat(CopiedLogs.rowsIn(made, report)).containsOnlyKeys(rows(ROWS_IN_SNAPSHOTS + 4));
    }

    @Test
    void aRecordThatIsInASnapshotAloneIsNotPassedOver() throws IOException {
        try (WalManager wal = Logs.open(log())) {
            RowsState.of(wal);
            long lsn = Logs.commitRow(wal, 0, ROWS_IN_SNAPSHOTS).ranges().get(0).first();

            assertThatExceptionOfType(WalOvertakenException.class).isThrownBy(() -> wal.cursor(0, 0));

            try (WalCursor cursor = wal.cursor(0, lsn)) {
                assertThat(cursor.next().orElseThrow().lsn()).isEqualTo(lsn);
            }
        }
    }
}
