package dev.wal.state;

import dev.wal.common.Durability;
import dev.wal.state.MapStep.Act;
import dev.wal.state.MapStep.Action;
import dev.wal.state.MapStep.Doing;
import dev.wal.state.MapStep.Ending;
import dev.wal.state.SimulatedMaps.Nature;
import dev.wal.state.SimulatedTransactions.Met;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/** Maps over any sequence of transactions that live at once, conflicts, savepoints, checkpoints and crashes, against a model. {@code -Psoak} has it live more lives. */
class MapLifePropertyTest {

    @Property(edgeCases = EdgeCasesMode.NONE)
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void theMapsAreWhatTheModelIs(@ForAll("natures") Nature nature, @ForAll("lives") List<MapStep> steps) {
        try (SimulatedMaps maps = new SimulatedMaps(nature)) {
            maps.live(steps);
            maps.met().forEach(Statistics::collect);
        }
        // After the last life: that they meet what they are meant to meet.
        Statistics.coverage(coverage -> {
            for (Met met : Met.values()) {
                coverage.check(met).count(count -> count > 0);
            }
        });
    }

    @Provide
    Arbitrary<Nature> natures() {
        return Combinators.combine(
                        Arbitraries.of(
                                Durability.groupCommit(),
                                Durability.synchronous(),
                                Durability.noSync(),
                                Durability.periodic(Duration.ofMillis(10))),
                        Arbitraries.of(8 << 20, 1024))
                .as(Nature::new);
    }

    @Provide
    Arbitrary<List<MapStep>> lives() {
        return Arbitraries.frequencyOf(
                        Tuple.of(150, ofTransactions()),
                        Tuple.of(10, checkpoints()),
                        Tuple.of(8, Arbitraries.of(MapStep.Plain.values())),
                        Tuple.of(3, crashes()))
                .list()
                .ofMaxSize(200)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    private static Arbitrary<MapStep> ofTransactions() {
        Arbitrary<MapStep> begins = Arbitraries.of(false, true).map(MapStep.Begin::new);
        Arbitrary<Action> actions = Arbitraries.frequency(
                Tuple.of(6, Action.GET),
                Tuple.of(2, Action.GET_FOR_UPDATE),
                Tuple.of(8, Action.PUT),
                Tuple.of(1, Action.PUT_LARGE),
                Tuple.of(4, Action.REMOVE),
                Tuple.of(1, Action.PUT_IF_ABSENT),
                Tuple.of(1, Action.REPLACE),
                Tuple.of(1, Action.COMPUTE),
                Tuple.of(1, Action.LOOK),
                Tuple.of(2, Action.SAVEPOINT),
                Tuple.of(2, Action.ROLL_BACK_TO),
                Tuple.of(1, Action.RELEASE));
        Arbitrary<MapStep> acts = Combinators.combine(
                        ofFour(), actions, Arbitraries.integers().between(0, SimulatedMaps.MAPS - 1), keys(), ofFour())
                .as(Act::new);
        Arbitrary<Ending> endings = Arbitraries.frequency(
                Tuple.of(8, Ending.COMMIT),
                Tuple.of(1, Ending.COMMIT_ASYNC),
                Tuple.of(2, Ending.ROLL_BACK),
                Tuple.of(1, Ending.PREPARE),
                Tuple.of(1, Ending.CLOSE));
        Arbitrary<MapStep> ends = Combinators.combine(ofFour(), endings).as(MapStep.End::new);
        return Arbitraries.frequencyOf(Tuple.of(3, begins), Tuple.of(10, acts), Tuple.of(3, ends));
    }

    /** One of them is wanted by all. */
    private static Arbitrary<Long> keys() {
        return Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(0L)),
                Tuple.of(1, Arbitraries.longs().between(0, SimulatedMaps.KEYS - 1)));
    }

    private static Arbitrary<Integer> ofFour() {
        return Arbitraries.integers().between(0, 3);
    }

    /** One partition, or all. */
    private static Arbitrary<Integer> partitions() {
        return Arbitraries.integers().between(0, SimulatedMaps.PARTITIONS);
    }

    private static Arbitrary<MapStep> checkpoints() {
        Arbitrary<MapStep> taken = partitions().map(MapStep.TakeCheckpoint::new);
        Arbitrary<MapStep> busy = Combinators.combine(
                        partitions(),
                        Arbitraries.integers().between(1, 12),
                        ofTransactions().list().ofMaxSize(12))
                .as(MapStep.TakeCheckpointWhile::new);
        Arbitrary<MapStep> failing = Arbitraries.integers().between(1, 60).map(MapStep.FailCheckpoint::new);
        Arbitrary<MapStep> damages =
                Arbitraries.integers().between(0, SimulatedMaps.PARTITIONS - 1).map(MapStep.DamageSnapshot::new);
        return Arbitraries.oneOf(taken, busy, failing, damages);
    }

    private static Arbitrary<MapStep> crashes() {
        Arbitrary<Boolean> powerCuts = Arbitraries.of(false, true);
        Arbitrary<MapStep> sudden =
                Combinators.combine(powerCuts, Arbitraries.longs()).as(MapStep.Crash::new);
        Arbitrary<Integer> calls = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 6), Arbitraries.integers().between(1, 100));
        Arbitrary<MapStep> inTheMidst = Combinators.combine(
                        Arbitraries.of(Doing.values()), calls, powerCuts, Arbitraries.longs())
                .as(MapStep.CrashDuring::new);
        return Arbitraries.oneOf(sudden, inTheMidst);
    }
}
