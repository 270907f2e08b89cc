package dev.wal;

import static dev.wal.record.WalRecord.NO_TRANSACTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.RecoveryMode;
import dev.wal.log.Survey;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.recovery.LogInspector;
import dev.wal.recovery.LoggedRecord;
import dev.wal.segment.TailVerdict;
import dev.wal.state.WalState;
import dev.wal.state.WalStates;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A whole log of version 1, put together from docs/format.md and not by the engine: all types of frames and records with all their flags, transactions
 * of every fate, two incarnations, checkpoints and snapshots. It is read as long as version 1 is.
 */
class GoldenLogV1Test {
    private static final long TIME = GoldenBytes.TIME_MICROS;
    private static final long WHOLE = Long.MIN_VALUE | 1L << 43 | 1;
    private static final long LARGE = WHOLE + 1;
    private static final long PREPARED = WHOLE + 2;
    private static final long ROLLED_BACK = WHOLE + 3;

    private final MemoryStorage storage = GoldenBytes.logV1();

    private static Row row(Value... values) {
        return Row.of(values);
    }

    private static Row one(long value) {
        return Row.of(Value.of(value));
    }

    private static WalRecord.Insert large(int partition, long rowId, long value) {
        return new WalRecord.Insert(LARGE, "large", partition, rowId, one(value));
    }

    private static final WalRecord.Insert ALL_VALUES = new WalRecord.Insert(
            WHOLE,
            "accounts",
            1,
            101,
            row(
                    Value.ofNull(),
                    Value.of(true),
                    Value.of(false),
                    Value.of(-7),
                    Value.of(1.5),
                    Value.of("hé"),
                    Value.of(new byte[] {(byte) 0xCA, (byte) 0xFE}),
                    new Value.Timestamp(1_700_000_000_000_000L),
                    new Value.Vector(1f, -0.5f)));
    private static final WalRecord.Update WITH_OLD_ROW = new WalRecord.Update(WHOLE, "t", 0, 102, one(1), one(2));
    private static final WalRecord.Update WITHOUT = new WalRecord.Update(WHOLE, "t", 0, 103, null, row());
    private static final WalRecord.Delete DELETE = new WalRecord.Delete(WHOLE, "t", 0, 104, one(3), 5);
    private static final WalRecord.Delete DELETE_WITHOUT = new WalRecord.Delete(WHOLE, "t", 1, 105, null, -5);
    private static final WalRecord.Insert CALLERS = new WalRecord.Insert(7, "callers", 1, 701, row());
    private static final WalRecord.Insert ALONE = new WalRecord.Insert("alone", 1, 901, row(Value.of("")));
    private static final WalRecord.Update ALONE_UPDATE =
            new WalRecord.Update("alone", 1, 901, row(Value.of("")), row(Value.of("x")));
    private static final WalRecord.Delete ALONE_DELETE = new WalRecord.Delete("alone", 1, 901, row(Value.of("x")), 6);
    private static final WalRecord.Insert DISCARDED = new WalRecord.Insert(8, "callers", 0, 801, row());
    private static final WalRecord.Insert BEGUN_AGAIN = new WalRecord.Insert(8, "callers", 0, 802, row());
    private static final WalRecord.Insert LATER = new WalRecord.Insert("alone", 1, 902, row());

    @Test
    void everyRecordIsReadWithItsLsn() {
        List<LoggedRecord> found = new ArrayList<>();

        Survey survey = new LogInspector(storage, () -> false).read(RecoveryMode.STRICT, found::add);

        assertThat(survey.verdict()).isEqualTo(TailVerdict.CLEAN);
        assertThat(found)
                .extracting(LoggedRecord::record)
                .containsExactly(
                        new WalRecord.Checkpoint(0, 10, 20_528),
                        new WalRecord.Checkpoint(1, 5, 20_528),
                        new WalRecord.Begin(WHOLE, 1, 2),
                        ALL_VALUES,
                        new WalRecord.Begin(WHOLE, 0, 2),
                        WITH_OLD_ROW,
                        WITHOUT,
                        DELETE,
                        DELETE_WITHOUT,
                        new WalRecord.Commit(WHOLE, 1, TIME + 2),
                        new WalRecord.Commit(WHOLE, 0, TIME + 2),
                        new WalRecord.Begin(LARGE, 0, -1),
                        large(0, 201, 1),
                        large(0, 202, 2),
                        new WalRecord.Begin(7, 1, 0),
                        CALLERS,
                        new WalRecord.RollbackTo(LARGE, 0, 1),
                        new WalRecord.Begin(LARGE, 1, -1),
                        large(1, 203, 3),
                        large(0, 204, 4),
                        new WalRecord.Commit(7, 1, 777),
                        ALONE,
                        ALONE_UPDATE,
                        ALONE_DELETE,
                        large(0, 205, 5),
                        new WalRecord.Commit(LARGE, 0, TIME + 7),
                        new WalRecord.Commit(LARGE, 1, TIME + 7),
                        new WalRecord.Begin(PREPARED, 0, -1),
                        new WalRecord.Insert(PREPARED, "doubt", 0, 301, row()),
                        new WalRecord.Prepare(PREPARED, 0),
                        new WalRecord.Begin(ROLLED_BACK, 1, -1),
                        new WalRecord.Rollback(ROLLED_BACK, 1),
                        new WalRecord.Begin(8, 0, 0),
                        DISCARDED,
                        new WalRecord.Begin(8, 0, 1),
                        BEGUN_AGAIN,
                        new WalRecord.Commit(8, 0, TIME + 10),
                        LATER);
        assertThat(found)
                .filteredOn(record -> record.partition() == 0)
                .extracting(LoggedRecord::lsn)
                .containsExactly(
                        10L, 11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L, 20L, 21L, 22L, 23L, 24L, 25L, 26L, 27L, 28L,
                        29L, 30L);
        assertThat(found)
                .filteredOn(record -> record.partition() == 1)
                .extracting(LoggedRecord::lsn)
                .containsExactly(5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L, 20L, 24L);
        assertThat(found).extracting(LoggedRecord::incarnation).containsOnly(1, 2);
        assertThat(found.get(found.size() - 1).position()).isEqualTo(36_912);
    }

    private static List<WalRecord.Data> committed() {
        return List.of(
                ALL_VALUES,
                WITH_OLD_ROW,
                WITHOUT,
                DELETE,
                DELETE_WITHOUT,
                CALLERS,
                ALONE,
                ALONE_UPDATE,
                ALONE_DELETE,
                large(0, 201, 1),
                large(1, 203, 3),
                large(0, 204, 4),
                large(0, 205, 5),
                BEGUN_AGAIN,
                LATER);
    }

    @Test
    void whatWasCommittedIsHandedOverInCommitOrder() {
        try (WalManager wal = open()) {
            List<WalChange> changes = Logs.replay(wal);

            assertThat(changes).extracting(WalChange::record).containsExactlyElementsOf(committed());
            assertThat(changes)
                    .filteredOn(change -> change.transactionId() == LARGE)
                    .extracting(WalChange::lsn)
                    .containsExactly(17L, 13L, 20L, 21L);
            assertThat(changes)
                    .filteredOn(change -> change.transactionId() == 7)
                    .extracting(WalChange::commitTimeMicros)
                    .containsExactly(777L);
            assertThat(changes)
                    .filteredOn(change -> change.transactionId() == NO_TRANSACTION)
                    .extracting(WalChange::commitTimeMicros)
                    .containsExactly(TIME + 6, TIME + 6, TIME + 6, TIME + 12);
        }
    }

    private WalManager open() {
        return WalManager.open(Logs.options(storage)
                .partitions(2)
                .recoveryMode(RecoveryMode.STRICT)
                .build());
    }

    @Test
    void thePreparedTransactionIsInDoubtAndTheNextLsnsFollow() {
        try (WalManager wal = open()) {
            assertThat(wal.inDoubt()).singleElement().satisfies(transaction -> {
                assertThat(transaction.transactionId()).isEqualTo(PREPARED);
                assertThat(transaction.partitions()).containsExactly(0);
            });
            assertThat(wal.logInsert("alone", 0, 1, row())).isEqualTo(31);
            assertThat(wal.logInsert("alone", 1, 1, row())).isEqualTo(25);
        }
    }

    @Test
    void snapshotsAreRestoredAndTheLogIsAppliedToThem() {
        Golden state = new Golden();
        try (WalManager wal = open()) {
            WalStates.attach(wal, List.of(state));
        }

        assertThat(state.restored).containsExactly(Map.entry(0, "first second"), Map.entry(1, "other"));
        assertThat(state.applied).containsExactly(101L, 102L, 103L, 104L, 105L);
    }

    private static final class Golden implements WalState {
        private final Map<Integer, String> restored = new TreeMap<>();
        private final List<Long> applied = new ArrayList<>();

        @Override
        public String name() {
            return "golden";
        }

        @Override
        public Set<String> tables() {
            return Set.of("accounts", "t");
        }

        @Override
        public void restore(int partition, InputStream snapshot) throws IOException {
            restored.put(partition, new String(snapshot.readAllBytes(), StandardCharsets.UTF_8));
        }

        @Override
        public void apply(WalChange change) {
            applied.add(change.rowId());
        }

        @Override
        public Frozen freeze(int partition) {
            throw new IllegalStateException("nothing to freeze");
        }
    }
}
