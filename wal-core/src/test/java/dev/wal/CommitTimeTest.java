package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.record.LoggedRecord;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.storage.MemoryStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The time of a commit never goes back along the log, whatever the clock does. */
class CommitTimeTest {
    private static final Duration STEP = Duration.ofHours(1);

    private final MemoryStorage storage = new MemoryStorage();
    private final ManualClock clock = new ManualClock();
    private final AppliedChanges state = new AppliedChanges();

    private WalManager open() {
        return WalManager.open(Logs.options(storage).clock(clock).build());
    }

    /** Commits a row in each way in which the log gives a commit its time. */
    private static void commitInEachWay(WalManager wal, long row) {
        Logs.commitRow(wal, 0, row);
        wal.logInsert(Logs.TABLE, 1, row + 1, Logs.row(row));
        wal.batchAppend(2, List.of(new WalRecord.Insert(Logs.TABLE, 2, row + 2, Logs.row(row))));
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(Logs.TABLE, 0, row + 3, Logs.row(row));
            transaction.prepare();
            transaction.commit();
        }
    }

    private static List<Long> times(List<WalChange> changes) {
        return changes.stream().map(WalChange::commitTimeMicros).toList();
    }

    private long now() {
        return Checkpointer.micros(clock.instant());
    }

    @Test
    void aClockThatStepsBackLeavesTheTimeWhereItWasUntilItHasCaughtUp() {
        long first = now();
        long last;
        try (WalManager wal = open()) {
            wal.attach(state);
            commitInEachWay(wal, 0);
            clock.advance(STEP.negated());
            commitInEachWay(wal, 10);
            clock.advance(STEP.dividedBy(2));
            commitInEachWay(wal, 20);
            assertThat(times(state.changes())).hasSize(12).containsOnly(first);

            clock.advance(STEP);
            last = now();
            commitInEachWay(wal, 30);

            assertThat(last).isGreaterThan(first);
            assertThat(times(state.changes().subList(12, 16))).containsOnly(last);
            assertThat(times(Logs.replay(wal))).isEqualTo(times(state.changes()));
            assertThat(loggedTimes(wal)).isSorted().contains(first, last);
        }
    }

    @Test
    void aClockThatStepsBackBetweenTwoOpensLeavesTheTimeWhereItWas() {
        long first = now();
        try (WalManager wal = open()) {
            commitInEachWay(wal, 0);
        }
        clock.advance(STEP.negated());
        try (WalManager wal = open()) {
            wal.attach(state);
            commitInEachWay(wal, 10);

            assertThat(times(state.changes())).hasSize(8).containsOnly(first);
        }
        clock.advance(STEP.multipliedBy(2));
        try (WalManager wal = open()) {
            commitInEachWay(wal, 20);

            assertThat(times(Logs.replay(wal)))
                    .hasSize(12)
                    .startsWith(first)
                    .endsWith(now())
                    .isSorted();
            assertThat(loggedTimes(wal)).isSorted();
        }
    }

    /** Of all records in the log. */
    private static List<Long> loggedTimes(WalManager wal) {
        List<Long> times = new ArrayList<>();
        try (WalCursor cursor = wal.cursor(0)) {
            for (Optional<LoggedRecord> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                times.add(next.get().commitTimeMicros());
            }
        }
        return times;
    }
}
