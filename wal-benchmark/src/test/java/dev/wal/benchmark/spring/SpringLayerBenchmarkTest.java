package dev.wal.benchmark.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Runs each benchmark for a moment. What it measures is nobody's business here. */
class SpringLayerBenchmarkTest {
    @Test
    void eachWayOfCommittingCommits() throws Exception {
        for (boolean beside : new boolean[] {false, true}) {
            SpringLayerBenchmark benchmark = new SpringLayerBenchmark();
            benchmark.meters = beside;
            benchmark.observations = beside;
            SpringLayerBenchmark.ProcessorTime time = new SpringLayerBenchmark.ProcessorTime();
            benchmark.open();
            try {
                benchmark.engine(time);
                benchmark.template(time);
                benchmark.templateWithinRequest(time);
                benchmark.transactional(time);

                assertThat(benchmark.committed()).isEqualTo(4);
                assertThat(time.commits).isEqualTo(4);
            } finally {
                benchmark.close();
            }
        }
    }
}
