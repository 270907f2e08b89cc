package dev.wal.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.spring.DurableMaps;
import dev.wal.spring.transaction.WalTransactionManager;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ItemReader;
import org.springframework.batch.infrastructure.item.support.ListItemReader;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A chunk step of Spring Batch whose chunks are transactions of the log: a chunk is in the map whole or not at all, and where the job has to go on is in the same
 * transaction, so that a job that is started again applies each item once.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BatchStepIT {
    private static final int ITEMS = 25;
    private static final int CHUNK = 10;
    private static final long FAILS_AT = 17;
    private static final String NEXT = "next";

    @TempDir
    Path directory;

    @Test
    void aChunkThatFailsIsRolledBackWholeAndARestartAppliesEachItemOnce() throws Exception {
        try (ConfigurableApplicationContext first = Applications.start(
                directory, Application.class, "spring.batch.job.enabled=false", "fails.at=" + FAILS_AT)) {
            assertThat(run(first)).isEqualTo(BatchStatus.FAILED);
            assertThat(applied(first)).isEqualTo(CHUNK);
        }
        try (ConfigurableApplicationContext second =
                Applications.start(directory, Application.class, "spring.batch.job.enabled=false", "fails.at=-1")) {
            assertThat(applied(second)).isEqualTo(CHUNK);
            assertThat(run(second)).isEqualTo(BatchStatus.COMPLETED);
            for (long item = 0; item < ITEMS; item++) {
                assertThat(map(second).get("item " + item)).as("item %d", item).isEqualTo(1);
            }
            assertThat(applied(second)).isEqualTo(ITEMS);
        }
    }

    private static BatchStatus run(ConfigurableApplicationContext application) throws Exception {
        JobExecution execution =
                application.getBean(JobOperator.class).start(application.getBean(Job.class), new JobParameters());
        return execution.getStatus();
    }

    private static long applied(ConfigurableApplicationContext application) {
        DurableMap<String, Integer> map = map(application);
        assertThat(map.size()).isEqualTo(map.get(NEXT) + 1);
        return map.get(NEXT);
    }

    @SuppressWarnings("unchecked") // The only map of the application.
    private static DurableMap<String, Integer> map(ConfigurableApplicationContext application) {
        return application.getBean(DurableMap.class);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            exclude = {
                DataSourceAutoConfiguration.class,
                HibernateJpaAutoConfiguration.class,
                DataJpaRepositoriesAutoConfiguration.class
            })
    static class Application {
        @Bean
        DurableMap<String, Integer> map(DurableMaps maps) {
            return maps.map("map", String.class, Integer.class);
        }

        @Bean
        Job job(JobRepository repository, Step step) {
            return new JobBuilder("job", repository).start(step).build();
        }

        @Bean
        Step step(
                JobRepository repository,
                WalTransactionManager transactions,
                DurableMap<String, Integer> map,
                @org.springframework.beans.factory.annotation.Value("${fails.at}") long failsAt) {
            return new StepBuilder("step", repository)
                    .<Long, Long>chunk(CHUNK)
                    .transactionManager(transactions)
                    .reader(new LateReader(map))
                    .writer(chunk -> {
                        for (long item : chunk) {
                            if (item == failsAt) {
                                throw new IllegalStateException("the disk of somebody else is full");
                            }
                            Integer times = map.getForUpdate("item " + item);
                            map.put("item " + item, times == null ? 1 : times + 1);
                            map.put(NEXT, (int) item + 1);
                        }
                    })
                    .build();
        }
    }

    /** Reads from where the map says that the job has to go on, which is known once the map is recovered. */
    private static final class LateReader implements ItemReader<Long> {
        private final DurableMap<String, Integer> map;
        private ListItemReader<Long> items;

        private LateReader(DurableMap<String, Integer> map) {
            this.map = map;
        }

        @Override
        public Long read() {
            if (items == null) {
                Integer next = map.get(NEXT);
                List<Long> left =
                        LongStream.range(next == null ? 0 : next, ITEMS).boxed().toList();
                items = new ListItemReader<>(left);
            }
            return items.read();
        }
    }
}
