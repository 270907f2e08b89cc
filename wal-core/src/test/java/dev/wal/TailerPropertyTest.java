package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.record.WalChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A consumer that polls, acknowledges, goes away and comes back while a log is written to, checkpointed and opened again. */
class TailerPropertyTest {
    private static final int POLL = LoggedHistory.OPERATIONS;
    private static final int ACKNOWLEDGE = POLL + 1;
    private static final int COME_BACK = POLL + 2;
    private static final int THROW = POLL + 3;
    private static final int REOPEN = 11;

    @Provide
    Arbitrary<List<Integer>> operations() {
        return Arbitraries.frequencyOf(
                        Tuple.of(
                                LoggedHistory.OPERATIONS,
                                Arbitraries.integers().between(0, LoggedHistory.OPERATIONS - 1)),
                        Tuple.of(6, Arbitraries.just(POLL)),
                        Tuple.of(2, Arbitraries.integers().between(ACKNOWLEDGE, THROW)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(80);
    }

    @Property(tries = 200)
    void everyCommitIsHandedOverInOrderAndAgainOnlyIfItWasNotAcknowledged(
            @ForAll("operations") List<Integer> operations) {
        try (LoggedHistory history = new LoggedHistory()) {
            Follower follower = new Follower(history);
            for (int operation : operations) {
                switch (operation) {
                    case POLL -> follower.poll();
                    case ACKNOWLEDGE -> follower.acknowledge();
                    case COME_BACK -> follower.comeBack(() -> {});
                    case THROW -> follower.throwWhilePolling();
                    case REOPEN -> follower.comeBack(() -> history.operate(REOPEN));
                    default -> history.operate(operation);
                }
            }
            while (follower.poll()) {
                // To the end.
            }
            follower.comeBack(() -> {});
            while (follower.poll()) {
                // What was not acknowledged, once more.
            }
            follower.tailer.close();
        }
    }

    @Property(tries = 200)
    void aTailerFromTheCheckpointsGivesWhatReplayGivesAndThenWhatIsCommitted(
            @ForAll("operations") List<Integer> before, @ForAll("operations") List<Integer> after) {
        try (LoggedHistory history = new LoggedHistory()) {
            before.stream().filter(operation -> operation < POLL).forEach(history::operate);
            int known = history.commits().size();
            List<WalChange> given = new ArrayList<>();
            try (WalTailer tailer = history.wal().tailFromCheckpoints()) {
                drain(tailer, given);
                assertThat(given).isEqualTo(Logs.replay(history.wal()));
                given.clear();
                after.stream()
                        .filter(operation -> operation < POLL && operation != REOPEN)
                        .forEach(operation -> {
                            history.operate(operation);
                            drain(tailer, given);
                        });
            }
            List<LoggedHistory.Committed> since =
                    history.commits().subList(known, history.commits().size());
            assertThat(given.stream().map(change -> List.of(change.rowId(), change.position())))
                    .containsExactlyElementsOf(since.stream()
                            .map(commit -> List.of(commit.row(), commit.position()))
                            .toList());
        }
    }

    private static void drain(WalTailer tailer, List<WalChange> target) {
        while (tailer.poll(Duration.ZERO, target::add)) {
            // To the end.
        }
    }

    /** The tailer, and how many rows it has been given and has acknowledged. */
    private static final class Follower {
        private final LoggedHistory history;
        private WalTailer tailer;
        private int next;
        private int acknowledged;

        private Follower(LoggedHistory history) {
            this.history = history;
            this.tailer = history.wal().tail("follower", 0);
        }

        /** Polls, and makes sure that it gets what was committed next. */
        private boolean poll() {
            List<WalChange> changes = new ArrayList<>();
            boolean found = tailer.poll(Duration.ZERO, changes::add);
            List<LoggedHistory.Committed> expected = new ArrayList<>();
            for (LoggedHistory.Committed commit :
                    history.commits().subList(next, history.commits().size())) {
                if (expected.isEmpty() || expected.get(0).position() == commit.position()) {
                    expected.add(commit);
                }
            }
            assertThat(changes.stream().map(change -> List.of(change.rowId(), change.position())))
                    .containsExactlyElementsOf(expected.stream()
                            .map(commit -> List.of(commit.row(), commit.position()))
                            .toList());
            assertThat(found).isEqualTo(!expected.isEmpty());
            next += expected.size();
            return found;
        }

        private void throwWhilePolling() {
            int[] seen = new int[1];
            try {
                tailer.poll(Duration.ZERO, change -> {
                    seen[0]++;
                    throw new IllegalStateException("not now");
                });
                assertThat(seen[0]).isZero();
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("not now");
            }
        }

        private void acknowledge() {
            tailer.acknowledge();
            acknowledged = next;
        }

        private void comeBack(Runnable meanwhile) {
            tailer.close();
            meanwhile.run();
            tailer = history.wal().tail("follower", 0);
            next = acknowledged;
        }
    }
}
