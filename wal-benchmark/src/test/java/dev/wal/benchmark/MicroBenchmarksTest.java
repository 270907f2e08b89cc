package dev.wal.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Has JMH run each benchmark for a moment, in this JVM. What it measures is nobody's business here. */
class MicroBenchmarksTest {
    private static final TimeValue MOMENT = TimeValue.milliseconds(20);

    /** Before the runner is loaded, which reads it once: else JMH refuses to run beside another JMH. */
    @BeforeAll
    static void runBesideOthers() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void eachBenchmarkOfTheEngineGivesAFigure() throws Exception {
        Collection<RunResult> results = run(EngineBenchmark.class);

        // Three sizes of transactions among them.
        assertThat(results).hasSize(6).allSatisfy(MicroBenchmarksTest::isPositive);
    }

    @Test
    void eachBenchmarkOfTheMapGivesAFigure() throws Exception {
        Collection<RunResult> results = run(MapBenchmark.class);

        assertThat(results).hasSize(3).allSatisfy(MicroBenchmarksTest::isPositive);
    }

    private static Collection<RunResult> run(Class<?> benchmark) throws RunnerException {
        Options options = new OptionsBuilder()
                .include(benchmark.getName() + "\\.")
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(MOMENT)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        return new Runner(options).run();
    }

    private static void isPositive(RunResult result) {
        assertThat(result.getPrimaryResult().getScore())
                .as(result.getPrimaryResult().getLabel())
                .isPositive()
                .isFinite();
    }
}
