package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.Durability;
import dev.wal.common.WalException;
import dev.wal.common.WalFailedException;
import dev.wal.common.WalSpaceException;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Op;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A disk that becomes full under the tail itself, as on file systems that copy on write. See RollOverTest and MaxDiskTest for segments that cannot be made. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskFullTest {

    private static Stream<Arguments> callsAndLevels() {
        return Stream.of(Op.WRITE, Op.FORCE)
                .flatMap(op -> Stream.of(Durability.synchronous(), Durability.groupCommit())
                        .map(level -> Arguments.of(op, level)));
    }

    @ParameterizedTest
    @MethodSource("callsAndLevels")
    void itEndsTheLogAndNothingAcknowledgedIsLost(Op op, Durability durability) {
        for (int commits = 0; commits < 40; commits += 3) {
            MemoryStorage storage = new MemoryStorage();
            List<Long> acknowledged = new ArrayList<>();
            try (WalManager wal =
                    WalManager.open(Logs.options(storage).durability(durability).build())) {
                for (long row = 0; row < commits; row++) {
                    commit(wal, row);
                    acknowledged.add(row);
                }
                storage.failBy(call -> {
                    if (call.is(op) && FileNames.segmentNumber(call.file()).isPresent()) {
                        throw new IOException("No space left on device");
                    }
                });

                assertThatThrownBy(() -> commit(wal, 1_000))
                        .isInstanceOf(WalException.class)
                        .isNotInstanceOf(WalSpaceException.class)
                        .hasRootCauseMessage("No space left on device");
                assertThatThrownBy(() -> commit(wal, 1_001))
                        .isInstanceOf(WalFailedException.class)
                        .hasRootCauseMessage("No space left on device");
                assertThat(wal.status().state()).isEqualTo(WalStatus.State.FAILED);
            }
            storage.heal();
            assertReads(storage.powerCut(new Random(commits)), acknowledged);
            assertReads(storage, acknowledged);
        }
    }

    private static void commit(WalManager wal, long row) {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(Logs.TABLE, (int) (row % Logs.PARTITIONS), row, Logs.large(1_000));
            transaction.commit();
        }
    }

    /** The commit that was refused may be there or not; the log goes on in any case. */
    private static void assertReads(MemoryStorage storage, List<Long> acknowledged) {
        try (WalManager wal = Logs.open(storage)) {
            List<Long> rows = Logs.replayedRows(wal);
            assertThat(rows)
                    .hasSizeBetween(acknowledged.size(), acknowledged.size() + 1)
                    .doesNotContain(1_001L);
            assertThat(rows.subList(0, acknowledged.size())).isEqualTo(acknowledged);
            commit(wal, 2_000);
        }
        assertThat(Logs.rowsIn(storage)).endsWith(2_000L);
    }
}
