package dev.wal.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.record.Row;
import dev.wal.record.WalChange;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.transaction.WalTransactional;
import dev.wal.state.DurableMap;
import dev.wal.state.WalState;
import jakarta.annotation.PostConstruct;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Everybody sees recovered state, from the first moment; a log is let go of whatever happens. */
@ExtendWith(OutputCaptureExtension.class)
class StateRecoveryTests {
    @TempDir
    Path directory;

    private SpringApplicationBuilder application(Class<?>... configurations) {
        return new SpringApplicationBuilder(configurations)
                .properties(
                        "wal.directory=" + directory,
                        "wal.segment.size=64KB",
                        "server.port=0",
                        "spring.datasource.generate-unique-name=true",
                        "spring.jpa.open-in-view=false",
                        "logging.level.dev.wal=info");
    }

    private void write(String key, long value) {
        try (ConfigurableApplicationContext context = application(Maps.class).run()) {
            context.getBean(Writer.class).put(key, value);
        }
    }

    @Test
    void postConstructFilterAndRunnerSeeRecoveredState() {
        write("a", 42);

        try (ConfigurableApplicationContext context =
                application(Maps.class, Observers.class).run()) {
            assertThat(context.getBean(InPostConstruct.class).seen).isEqualTo(42L);
            assertThat(context.getBean(InFilter.class).seen).isEqualTo(42L);
            assertThat(context.getBean(InRunner.class).seen.get()).isEqualTo(42L);
        }
    }

    @Test
    void theConstructorOfABeanThatKnowsOnlyAStateSeesItRecovered() {
        try (ConfigurableApplicationContext context =
                application(CounterAlone.class).run()) {
            context.getBean(WalManager.class).logInsert("counter", 0, 1, Row.of());
        }

        try (ConfigurableApplicationContext context =
                application(CounterAlone.class).run()) {
            assertThat(context.getBean(CounterReader.class).seen).isEqualTo(1);
        }
    }

    @Test
    void lazyInitializationDoesNotPutRecoveryOff() {
        write("a", 42);

        try (ConfigurableApplicationContext context =
                application(Maps.class).lazyInitialization(true).run()) {
            assertThat(context.getBeanFactory().containsSingleton("walManager")).isTrue();
            assertThat(context.getBeanFactory().containsSingleton("numbers")).isTrue();
            assertThat(context.getBean(Writer.class).get("a")).isEqualTo(42L);
        }
    }

    @Test
    void theFirstStartSaysCreatedAndTheNextWhatWasRecovered(CapturedOutput output) {
        write("a", 42);
        assertThat(output).containsPattern("Write-ahead log " + directory + ": created");

        application(Maps.class).run().close();
        assertThat(output).containsPattern("Write-ahead log " + directory + ": recovered 1 transactions in \\d+ ms");
    }

    @Test
    void aStartThatFailsReleasesTheLock() {
        assertThatThrownBy(() -> application(Maps.class, Failing.class).run())
                .isInstanceOf(BeanCreationException.class);

        WalManager.open(WalOptions.builder(directory).segmentSize(64 * 1024).build())
                .close();
    }

    @Test
    void aStateThatCannotBeRecoveredReleasesTheLock() {
        write("a", 42);

        assertThatThrownBy(() -> application(Unreadable.class).run()).isInstanceOf(BeanCreationException.class);

        WalManager.open(WalOptions.builder(directory).segmentSize(64 * 1024).build())
                .close();
    }

    @Test
    void aContextThatClosesReleasesTheLock() {
        write("a", 42);

        WalManager.open(WalOptions.builder(directory).segmentSize(64 * 1024).build())
                .close();
    }

    @Test
    void aCheckpointKeepsTheStateAndARestartReadsTheSnapshot() {
        write("a", 42);
        try (ConfigurableApplicationContext context = application(Maps.class).run()) {
            context.getBean(WalManager.class).checkpointAll();
            context.getBean(Writer.class).put("b", 43);
        }

        try (ConfigurableApplicationContext context = application(Maps.class).run()) {
            assertThat(context.getBean(Writer.class).get("a")).isEqualTo(42L);
            assertThat(context.getBean(Writer.class).get("b")).isEqualTo(43L);
            assertThat(context.getBean(WalManager.class).recoveryReport().transactions())
                    .isLessThanOrEqualTo(2);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            exclude = {
                KafkaAutoConfiguration.class,
                DataSourceAutoConfiguration.class,
                HibernateJpaAutoConfiguration.class
            })
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    static class Maps extends Application {
        @Bean
        DurableMap<String, Long> numbers(DurableMaps maps) {
            return maps.map("numbers", String.class, Long.class);
        }

        @Bean
        Writer writer(DurableMap<String, Long> numbers) {
            return new Writer(numbers);
        }
    }

    static class Writer {
        private final DurableMap<String, Long> numbers;

        Writer(DurableMap<String, Long> numbers) {
            this.numbers = numbers;
        }

        @WalTransactional
        public void put(String key, long value) {
            numbers.put(key, value);
        }

        public @Nullable Long get(String key) {
            return numbers.get(key);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Observers {
        @Bean
        InPostConstruct aFirst(DurableMap<String, Long> numbers) {
            return new InPostConstruct(numbers);
        }

        @Bean
        InFilter filter(DurableMap<String, Long> numbers) {
            return new InFilter(numbers);
        }

        @Bean
        InRunner runner(DurableMap<String, Long> numbers) {
            return new InRunner(numbers);
        }
    }

    static class InPostConstruct {
        private final DurableMap<String, Long> numbers;
        private @Nullable Long seen;

        InPostConstruct(DurableMap<String, Long> numbers) {
            this.numbers = numbers;
        }

        @PostConstruct
        void look() {
            seen = numbers.get("a");
        }
    }

    static class InFilter implements Filter {
        private final @Nullable Long seen;

        InFilter(DurableMap<String, Long> numbers) {
            seen = numbers.get("a");
        }

        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) {
            throw new UnsupportedOperationException();
        }
    }

    static class InRunner implements ApplicationRunner {
        private final DurableMap<String, Long> numbers;
        private final AtomicReference<@Nullable Long> seen = new AtomicReference<>();

        InRunner(DurableMap<String, Long> numbers) {
            this.numbers = numbers;
        }

        @Override
        public void run(ApplicationArguments arguments) {
            seen.set(numbers.get("a"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Failing {
        @Bean
        Object failing(WalManager log) {
            throw new IllegalStateException("mine");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Unreadable extends Application {
        @Bean
        DurableMap<Long, Long> numbers(DurableMaps maps) {
            return maps.map("numbers", Long.class, Long.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class CounterAlone extends Application {
        @Bean
        CounterReader aReader(Counter counter) {
            return new CounterReader(counter);
        }

        @Bean
        Counter counter() {
            return new Counter();
        }
    }

    static class CounterReader {
        private final long seen;

        CounterReader(Counter counter) {
            seen = counter.count;
        }
    }

    /** A state of the user's own. */
    static class Counter implements WalState {
        private volatile long count;

        @Override
        public String name() {
            return "counter";
        }

        @Override
        public Set<String> tables() {
            return Set.of("counter");
        }

        @Override
        public void apply(WalChange change) {
            count = count + 1;
        }

        @Override
        public void restore(int partition, InputStream snapshot) throws IOException {
            String text = new String(snapshot.readAllBytes(), StandardCharsets.UTF_8);
            count = Long.parseLong(text);
        }

        @Override
        public Frozen freeze(int partition) {
            long frozen = count;
            return out -> out.write(Long.toString(frozen).getBytes(StandardCharsets.UTF_8));
        }
    }
}
