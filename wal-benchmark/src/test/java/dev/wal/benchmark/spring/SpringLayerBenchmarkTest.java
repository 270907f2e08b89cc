package dev.wal.benchmark.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Runs each benchmark for a moment. What it measures is nobody's business here. */
class SpringLayerBenchmarkTest {
    @Test
    void eachWayOfCommittingCommits() throws Exception {
        for (boolean meters : new boolean[] {false, true}) {
            SpringLayerBenchmark benchmark = new SpringLayerBenchmark();
            benchmark.meters = meters;
            benchmark.open();
            try {
                benchmark.engine();
                benchmark.template();
                benchmark.transactional();

                assertThat(benchmark.committed()).isEqualTo(3);
            } finally {
                benchmark.close();
            }
        }
    }
}
