package dev.wal.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.common.WalException;
import dev.wal.record.WalChange;
import dev.wal.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * At least once, whichever call of the storage is the last one before the crash: whatever is committed afterwards was taken before the crash, or is taken after it, or is on record as skipped, in commit order.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ListenerCrashTest {
    private static final String TABLE = "accounts";
    private static final int COMMITS = 6;
    private static final long POISON = 31;

    private static WalManager open(MemoryStorage storage) {
        return WalManager.open(WalOptions.builder(storage.directory())
                .storage(storage)
                .partitions(2)
                .segmentSize(16 * 1024)
                .build());
    }

    /** What one life of a listener took, in order, and what it skipped. */
    private static final class Life {
        private final List<WalChange> taken = new CopyOnWriteArrayList<>();

        private void take(WalChange change) {
            if (change.rowId() == POISON) {
                throw new IllegalArgumentException("poison");
            }
            taken.add(change);
        }

        private Set<Long> rows() {
            Set<Long> rows = new LinkedHashSet<>();
            taken.forEach(change -> rows.add(change.rowId()));
            return rows;
        }
    }

    private static ListenerOptions options() {
        return ListenerOptions.builder("one")
                .startAt(StartAt.BEGINNING)
                .tries(1)
                .failurePolicy(FailurePolicy.SKIP)
                .build();
    }

    /** Commits, and has everything handed over and acknowledged, as far as the storage allows. */
    private static Life live(MemoryStorage storage) {
        Life life = new Life();
        AtomicBoolean done = new AtomicBoolean();
        try (WalManager wal = open(storage);
                WalListeners listeners = new WalListeners(wal, new TestTiming())) {
            listeners.add(options(), life::take);
            listeners.start("one");
            for (int commit = 1; commit <= COMMITS; commit++) {
                try (WalTransaction transaction = wal.begin()) {
                    transaction.insert(TABLE, 0, commit * 10L, ListenedLog.row(commit));
                    transaction.insert(TABLE, 1, commit * 10L + 1, ListenedLog.row(commit));
                    transaction.commit();
                }
                if (commit % 2 == 0) {
                    // Acknowledges.
                    listeners.stop("one", Await.PATIENCE);
                    listeners.start("one");
                }
            }
            Await.until(() -> listeners.status("one").position() == wal.status().durableMark()
                    || listeners.status("one").state() == ListenerState.FAILED
                    || listeners.status("one").lastFailure().isPresent() && !storageWorks(storage));
            listeners.stop("one", Await.PATIENCE);
            done.set(true);
        } catch (WalException | IllegalStateException e) {
            // The storage has failed: what is there then is what counts.
            assertThat(done).isFalse();
        }
        return life;
    }

    private static boolean storageWorks(MemoryStorage storage) {
        try {
            storage.forceDirectory();
            return true;
        } catch (java.io.IOException e) {
            return false;
        }
    }

    @Test
    void whateverCallIsTheLastOneEverythingIsHandedOverAtLeastOnceAndInOrder() {
        MemoryStorage healthy = new MemoryStorage();
        Life whole = live(healthy);
        assertThat(whole.rows()).hasSize(2 * COMMITS - 1);
        long calls = healthy.count(call -> true);

        for (int number = 1; number <= calls; number++) {
            MemoryStorage storage = new MemoryStorage();
            storage.failFrom(number, call -> true);
            Life before = live(storage);
            check(before, storage.kill(), "killed at call " + number);
            check(before, storage.powerCut(new Random(number)), "power lost at call " + number);
        }
    }

    private static void check(Life before, MemoryStorage left, String when) {
        Life after = new Life();
        List<Long> committed = new ArrayList<>();
        Set<Long> skipped = new TreeSet<>();
        try (WalManager wal = open(left);
                WalListeners listeners = new WalListeners(wal, new TestTiming())) {
            wal.replay(change -> committed.add(change.rowId()));
            listeners.add(options(), after::take);
            listeners.start("one");
            Await.until(() -> listeners.status("one").position() == wal.status().durableMark());
            assertThat(listeners.stop("one", Await.PATIENCE)).isTrue();
            listeners.skipped("one").last().forEach(change -> skipped.add(change.lsn() * 100 + change.partition()));
            assertThat(listeners.skipped("one").total()).as(when).isEqualTo(skipped.size());
            assertThat(skipped).as(when).hasSize(committed.contains(POISON) ? 1 : 0);
        }
        Set<Long> taken = new TreeSet<>(before.rows());
        taken.addAll(after.rows());
        committed.remove(POISON);
        assertThat(taken).as(when).containsAll(committed);
        assertThat(new ArrayList<>(after.rows())).as(when).isSorted();
        assertThat(new ArrayList<>(before.rows())).as(when).isSorted();
        // Only the durable is handed over: so what was taken is still there.
        assertThat(committed).as(when).containsAll(before.rows());
    }
}
