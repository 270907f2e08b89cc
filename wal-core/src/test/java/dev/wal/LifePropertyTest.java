package dev.wal;

import dev.wal.SimulatedLog.Nature;
import dev.wal.common.Durability;
import dev.wal.common.RecoveryMode;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Any sequence of appends, transactions, spills, rolls, checkpoints and crashes, against a model. Where {@link PowerLossTest} tries many lives,
 * this finds the shortest one that fails.
 */
class LifePropertyTest {
    private static final int PARTITIONS = Logs.PARTITIONS;

    @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
    void whatComesBackIsWhatWasPromised(@ForAll("natures") Nature nature, @ForAll("lives") List<Step> steps) {
        new SimulatedLog(nature).live(steps);
    }

    @Provide
    Arbitrary<Nature> natures() {
        return Combinators.combine(
                        Arbitraries.of(
                                Durability.groupCommit(),
                                Durability.synchronous(),
                                Durability.noSync(),
                                Durability.periodic(RandomSteps.INTERVAL)),
                        Arbitraries.of(false, true),
                        Arbitraries.of(RecoveryMode.TOLERATE_TORN_TAIL, RecoveryMode.STOP_AT_DAMAGE),
                        Arbitraries.of(8 << 20, 1024, 4096),
                        Arbitraries.of(0L, 4L * Logs.SEGMENT_SIZE))
                .as(Nature::new);
    }

    @Provide
    Arbitrary<List<Step>> lives() {
        return Arbitraries.frequencyOf(
                        Tuple.of(12, transactions()),
                        Tuple.of(6, callers()),
                        Tuple.of(4, alone()),
                        Tuple.of(2, checkpoints()),
                        Tuple.of(4, Arbitraries.of(Step.Plain.values())),
                        Tuple.of(1, Arbitraries.longs().between(0, 30_000_000).map(Step.Pass::new)),
                        Tuple.of(1, Arbitraries.integers().between(0, 2).map(Step.Resolve::new)),
                        Tuple.of(1, failures()),
                        Tuple.of(3, crashes()))
                .list()
                .ofMaxSize(60);
    }

    private static Arbitrary<Integer> partitions() {
        return Arbitraries.integers().between(0, PARTITIONS - 1);
    }

    private static Arbitrary<Integer> ids() {
        return Arbitraries.integers().between(0, 1);
    }

    private static Arbitrary<Integer> sizes() {
        return Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.integers().between(0, 40)),
                Tuple.of(1, Arbitraries.integers().between(1_000, 4_000)));
    }

    private static Arbitrary<Step> transactions() {
        Arbitrary<Step.Action> puts = Combinators.combine(partitions(), sizes()).as(Step.Put::new);
        Arbitrary<Step.Action> actions = Arbitraries.frequencyOf(
                Tuple.of(6, puts),
                Tuple.of(1, Arbitraries.just(Step.SetSavepoint.INSTANCE)),
                Tuple.of(1, ids().map(Step.Undo::new)));
        Arbitrary<Durability> levels = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just((Durability) null)),
                Tuple.of(1, Arbitraries.of(Durability.groupCommit(), Durability.synchronous(), Durability.noSync())));
        return Combinators.combine(ids(), actions.list().ofMaxSize(8), Arbitraries.of(Step.Ending.values()), levels)
                .as(Step.Transact::new);
    }

    private static Arbitrary<Step> callers() {
        Arbitrary<Step> begins = Combinators.combine(partitions(), ids()).as(Step.CallerBegin::new);
        Arbitrary<Step> puts = Combinators.combine(partitions(), ids(), sizes()).as(Step.CallerPut::new);
        Arbitrary<Step> commits = Combinators.combine(partitions(), ids()).as(Step.CallerCommit::new);
        Arbitrary<Step> rollBacks = Combinators.combine(partitions(), ids()).as(Step.CallerRollBack::new);
        return Arbitraries.oneOf(begins, puts, commits, rollBacks);
    }

    private static Arbitrary<Step> alone() {
        Arbitrary<Step> rows = Combinators.combine(partitions(), sizes()).as(Step.PutAlone::new);
        Arbitrary<Step> batches = Combinators.combine(
                        partitions(), Arbitraries.integers().between(1, 3), sizes())
                .as(Step.AppendBatch::new);
        return Arbitraries.oneOf(rows, batches);
    }

    private static Arbitrary<Step> checkpoints() {
        Arbitrary<Step> taken = Arbitraries.integers().between(0, PARTITIONS).map(Step.TakeCheckpoint::new);
        return Arbitraries.oneOf(taken, partitions().map(Step.DamageSnapshot::new));
    }

    private static Arbitrary<Step> failures() {
        return Combinators.combine(Arbitraries.integers().between(1, 100), Arbitraries.of(Step.Failure.values()))
                .as(Step.Fail::new);
    }

    private static Arbitrary<Step> crashes() {
        return Combinators.combine(
                        Arbitraries.of(false, true),
                        Arbitraries.longs(),
                        Arbitraries.integers().between(1, 30).list().ofMaxSize(2))
                .as(Step.Crash::new);
    }
}
