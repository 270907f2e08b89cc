package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.record.WalChange;
import dev.wal.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any sequence of writes, savepoints, rollbacks and releases leaves what a list leaves that is cut at the same places, wherever the buffer was spilled. */
class SavepointPropertyTest {

    /** What a transaction does; {@code choice} names a partition, or one of the savepoints that live. */
    private record Step(Kind kind, int choice, int bytes) {}

    private enum Kind {
        WRITE,
        SAVEPOINT,
        ROLL_BACK,
        RELEASE
    }

    private record Written(long rowId, int partition) {}

    private record Mark(WalTransaction.Savepoint savepoint, int rows) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Kind> kind = Arbitraries.frequency(
                net.jqwik.api.Tuple.of(12, Kind.WRITE),
                net.jqwik.api.Tuple.of(3, Kind.SAVEPOINT),
                net.jqwik.api.Tuple.of(2, Kind.ROLL_BACK),
                net.jqwik.api.Tuple.of(1, Kind.RELEASE));
        return Combinators.combine(
                        kind,
                        Arbitraries.integers().between(0, 100),
                        Arbitraries.integers().between(0, 700))
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }

    @Property(tries = 300)
    void whatCountsIsWhatTheListHas(@ForAll("steps") List<Step> steps, @ForAll Ending ending) {
        MemoryStorage storage = new MemoryStorage();
        AppliedChanges live = new AppliedChanges();
        List<Written> model = new ArrayList<>();
        try (WalManager wal =
                WalManager.open(Logs.options(storage).maxTransactionSize(1024).build())) {
            wal.attach(live);
            WalTransaction transaction = wal.begin();
            List<Mark> marks = new ArrayList<>();
            long nextRow = 0;
            for (Step step : steps) {
                switch (step.kind()) {
                    case WRITE -> {
                        Written written = new Written(nextRow++, step.choice() % Logs.PARTITIONS);
                        transaction.insert(Logs.TABLE, written.partition(), written.rowId(), Logs.large(step.bytes()));
                        model.add(written);
                    }
                    case SAVEPOINT -> marks.add(new Mark(transaction.savepoint(), model.size()));
                    case ROLL_BACK -> {
                        if (!marks.isEmpty()) {
                            int chosen = step.choice() % marks.size();
                            transaction.rollbackTo(marks.get(chosen).savepoint());
                            model.subList(marks.get(chosen).rows(), model.size())
                                    .clear();
                            marks.subList(chosen + 1, marks.size()).clear();
                        }
                    }
                    case RELEASE -> {
                        if (!marks.isEmpty()) {
                            int chosen = step.choice() % marks.size();
                            transaction.release(marks.get(chosen).savepoint());
                            marks.subList(chosen, marks.size()).clear();
                        }
                    }
                }
            }
            assertThat(transaction.operations()).isEqualTo(model.size());
            if (ending == Ending.PREPARE_AND_COMMIT) {
                transaction.prepare();
            }
            if (ending != Ending.LEAVE_OPEN) {
                transaction.commit();
            } else {
                model.clear();
            }
            assertThat(written(live.changes())).isEqualTo(model);
            assertThat(Logs.replay(wal)).isEqualTo(live.changes());
            try (WalManager again = Logs.open(storage.kill())) {
                assertThat(Logs.replay(again)).isEqualTo(live.changes());
            }
        }
    }

    enum Ending {
        COMMIT,
        PREPARE_AND_COMMIT,
        LEAVE_OPEN
    }

    private static List<Written> written(List<WalChange> changes) {
        return changes.stream()
                .map(change -> new Written(change.rowId(), change.partition()))
                .toList();
    }
}
