package dev.wal;

import static dev.wal.Logs.TABLE;
import static dev.wal.Logs.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.Durability;
import dev.wal.common.WalException;
import dev.wal.record.WalRecord;
import dev.wal.storage.MemoryStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One workload, in which each call of the storage fails in turn: once, and together with all calls that come after it. What was
 * acknowledged is there afterwards, and what was refused is not.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NthIoFailsTest {
    private static final int COMMITS = 24;
    private static final int MAX_TRANSACTION_SIZE = 1024;
    private static final int SPILLED_ROWS = 3;

    /** What became of the commits of a workload. */
    private static final class Outcomes {
        private final Set<Long> acknowledged = new LinkedHashSet<>();
        private final Set<Long> unknown = new LinkedHashSet<>();
        private final Set<Long> refused = new LinkedHashSet<>();

        private void commit(long rowId, Runnable commit) {
            try {
                commit.run();
                acknowledged.add(rowId);
            } catch (CommitUnknownException e) {
                unknown.add(rowId);
            } catch (WalException e) {
                refused.add(rowId);
            }
        }
    }

    /** Opens, commits over several segments, checkpoints one partition that holds nothing yet, closes; goes on after failures. */
    private static Outcomes run(MemoryStorage storage, Durability durability) {
        Outcomes outcomes = new Outcomes();
        WalOptions options = Logs.options(storage)
                .durability(durability)
                .maxTransactionSize(MAX_TRANSACTION_SIZE)
                .build();
        DrivenThreads threads = new DrivenThreads();
        try (WalManager wal = WalManager.open(options, () -> 1, name -> threads)) {
            for (long i = 0; i < COMMITS; i++) {
                long rowId = i;
                outcomes.commit(rowId, () -> commit(wal, rowId));
                threads.forceFullSegments();
                if (i == COMMITS / 2) {
                    ignoringRefusal(() -> wal.checkpoint(3));
                }
            }
        } catch (WalException refusedToOpen) {
            assertThat(outcomes.acknowledged).isEmpty();
        }
        return outcomes;
    }

    /** In turn a transaction over two partitions, one that spills, one that is prepared, one driven by the caller, and a batch; large enough to fill segments. */
    private static void commit(WalManager wal, long rowId) {
        int partition = (int) (rowId % 2);
        if (rowId % 5 == 3) {
            try (WalTransaction transaction = wal.begin()) {
                IntStream.range(0, SPILLED_ROWS)
                        .forEach(i -> transaction.insert(TABLE, partition, rowId, Logs.large(MAX_TRANSACTION_SIZE)));
                transaction.commit();
            }
        } else if (rowId % 5 == 4) {
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert(TABLE, partition, rowId, row(rowId));
                transaction.prepare();
                transaction.commit();
            }
        } else if (rowId % 5 == 0) {
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert(TABLE, partition, rowId, Logs.large(1500));
                transaction.insert(TABLE, 2, rowId, row(rowId));
                transaction.commit();
            }
        } else if (rowId % 5 == 1) {
            wal.logBegin(partition, rowId, 0);
            wal.logInsert(rowId, TABLE, partition, rowId, row(rowId));
            wal.logCommit(partition, rowId, rowId);
        } else {
            wal.batchAppend(partition, List.of(new WalRecord.Insert(TABLE, partition, rowId, Logs.large(1500))));
        }
    }

    private static void ignoringRefusal(Runnable action) {
        try {
            action.run();
        } catch (WalException e) {
            assertThat(e).hasMessageContaining("/memory/wal");
        }
    }

    private static Stream<Durability> levels() {
        return Stream.of(Durability.groupCommit(), Durability.synchronous());
    }

    @ParameterizedTest
    @MethodSource("levels")
    void aCallThatFailsOnceLosesNothing(Durability durability) {
        forEveryCall((storage, number) -> storage.failOnce(number, call -> true), durability, true);
    }

    @ParameterizedTest
    @MethodSource("levels")
    void aStorageThatFailsForGoodLosesNothing(Durability durability) {
        forEveryCall((storage, number) -> storage.failFrom(number, call -> true), durability, true);
    }

    /** Without forces, a power cut may take anything; what the operating system has is there. */
    @ParameterizedTest
    @MethodSource
    void atLevelsWithoutForceAKilledProcessLosesNothing(Durability durability) {
        forEveryCall((storage, number) -> storage.failFrom(number, call -> true), durability, false);
    }

    private static Stream<Durability> atLevelsWithoutForceAKilledProcessLosesNothing() {
        return Stream.of(Durability.noSync(), Durability.periodic(Duration.ofMillis(100)));
    }

    private interface Injection {
        void into(MemoryStorage storage, int number);
    }

    private static void forEveryCall(Injection injection, Durability durability, boolean survivesPowerCut) {
        MemoryStorage healthy = new MemoryStorage();
        assertThat(run(healthy, durability).acknowledged).hasSize(COMMITS);
        long calls = healthy.count(call -> true);

        for (int number = 1; number <= calls; number++) {
            MemoryStorage storage = new MemoryStorage();
            injection.into(storage, number);
            Outcomes outcomes = run(storage, durability);
            String when = "call " + number + " of " + calls + " failed";

            MemoryStorage killed = storage.kill();
            List<Long> found = check(killed, outcomes, when + "; killed");
            if (survivesPowerCut) {
                check(storage.powerCut(new Random(number)), outcomes, when + "; power lost");
                assertThat(Logs.rowsIn(killed.powerCut(new Random(number))))
                        .as("%s; killed, opened, power lost", when)
                        .isEqualTo(found);
            }
        }
    }

    /** Opens twice, since what one open does must not change what the next one finds. */
    private static List<Long> check(MemoryStorage storage, Outcomes outcomes, String when) {
        List<Long> found = rowsIn(storage, when);
        Set<Long> commits = new LinkedHashSet<>(found);

        assertThat(outcomes.acknowledged).as("acknowledged; %s", when).isSubsetOf(commits);
        assertThat(outcomes.refused).as("refused; %s", when).noneMatch(commits::contains);
        assertThat(found)
                .as(when)
                .isEqualTo(commits.stream()
                        .sorted()
                        .flatMap(NthIoFailsTest::rowsOf)
                        .toList());
        assertThat(rowsIn(storage, when)).as("%s; opened again", when).isEqualTo(found);
        return found;
    }

    private static List<Long> rowsIn(MemoryStorage storage, String when) {
        List<Long> found = new ArrayList<>();
        assertThatCode(() -> found.addAll(Logs.rowsIn(storage))).as(when).doesNotThrowAnyException();
        return found;
    }

    /** How often each commit changes its row. */
    private static Stream<Long> rowsOf(long commit) {
        int changes = commit % 5 == 3 ? SPILLED_ROWS : commit % 5 == 0 ? 2 : 1;
        return Stream.generate(() -> commit).limit(changes);
    }
}
