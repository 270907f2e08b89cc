package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.RecoveryMode;
import dev.wal.common.WalCorruptedException;
import dev.wal.recovery.CopyReport;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.util.Map;

/** What is found in a copy of a log. */
final class CopiedLogs {
    private CopiedLogs() {}

    /** Opens a copy of the copy, and returns the rows in it and where they were committed. */
    static Map<Long, Long> rowsIn(MemoryStorage made, CopyReport report) {
        try (WalManager wal = WalManager.open(
                Logs.options(made.kill()).recoveryMode(RecoveryMode.STRICT).build())) {
            assertThat(wal.recoveryReport().verdict()).isEqualTo(TailVerdict.CLEAN);
            assertThat(wal.status().position()).isGreaterThanOrEqualTo(report.position());
            return RowsState.of(wal).rows();
        }
    }

    /** A copy is whole, or cannot be opened, or nothing of it is there. */
    static void checkWholeOrNone(MemoryStorage made, Map<Long, Long> whole, boolean mustBeThere, String when) {
        boolean nothing = made.list().stream()
                .noneMatch(name -> name.equals(FileNames.MANIFEST)
                        || FileNames.isSnapshot(name)
                        || FileNames.segmentNumber(name).isPresent());
        if (nothing) {
            assertThat(mustBeThere).as(when).isFalse();
            return;
        }
        try (WalManager wal = Logs.open(made)) {
            assertThat(RowsState.of(wal).rows()).as(when).isEqualTo(whole);
        } catch (WalCorruptedException refused) {
            assertThat(mustBeThere).as(when).isFalse();
            assertThat(refused).as(when).hasMessageContaining(FileNames.MANIFEST);
        }
    }
}
