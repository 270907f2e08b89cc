package dev.wal.benchmark.spring;

import dev.wal.WalManager;
import dev.wal.WalTransaction;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalMetricsAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalObservationAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.util.FileSystemUtils;

/**
 * What Spring adds to a commit of one insert at {@code no-sync}, where nothing else takes time: the engine alone, a transaction by {@link WalTemplate#execute}, and a method that is {@code @Transactional}. Each with and without meters and observations; the
 * same log and options. The log only grows, by some hundred megabytes in each fork.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx512m", "-Xms512m"})
public class SpringLayerBenchmark {
    private static final Row ROW = Row.of(Value.of(new byte[100]));

    @Param({"false", "true"})
    public boolean meters;

    /** Whether operations are observed, by a handler that does nothing. */
    @Param({"false", "true"})
    public boolean observations;

    private Path directory;
    private ConfigurableApplicationContext context;
    private WalManager log;
    private WalTemplate template;
    private Service service;
    private ObservationRegistry registry;
    private Observation request;
    private long rowId;

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("wal-benchmark-");
        SpringApplicationBuilder application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "wal.directory=" + directory,
                        "wal.durability.level=no-sync",
                        "logging.level.root=warn",
                        "spring.main.banner-mode=off");
        if (meters) {
            application.sources(Meters.class);
        }
        if (observations) {
            application.sources(Observations.class);
        }
        context = application.run();
        registry = context.getBeanProvider(ObservationRegistry.class).getIfAvailable(() -> ObservationRegistry.NOOP);
        request = Observation.createNotStarted("request", registry);
        context.getBeanProvider(MeterRegistry.class)
                .ifAvailable(registry ->
                        context.getBeansOfType(MeterBinder.class).values().forEach(binder -> binder.bindTo(registry)));
        log = context.getBean(WalManager.class);
        template = context.getBean(WalTemplate.class);
        service = context.getBean(Service.class);
    }

    @TearDown
    public void close() throws IOException {
        context.close();
        FileSystemUtils.deleteRecursively(directory);
    }

    @Benchmark
    public void engine(ProcessorTime time) {
        time.commits++;
        try (WalTransaction transaction = log.begin()) {
            long id = rowId++;
            transaction.insert("events", template.partitionOf(id), id, ROW);
            transaction.commit();
        }
    }

    @Benchmark
    public void template(ProcessorTime time) {
        time.commits++;
        template.execute(status -> {
            template.insert("events", rowId++, ROW);
            return null;
        });
    }

    /** As {@link #template}, within a request that is observed, where the commit is observed too. */
    @Benchmark
    public void templateWithinRequest(ProcessorTime time) {
        request.scoped(() -> template(time));
    }

    @Benchmark
    public void transactional(ProcessorTime time) {
        time.commits++;
        service.insert(rowId++);
    }

    /** How many rows are in the log. */
    long committed() {
        long[] rows = new long[1];
        log.replay(change -> rows[0]++);
        return rows[0];
    }

    public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
        new Runner(new OptionsBuilder()
                        .parent(new CommandLineOptions(arguments))
                        .include(SpringLayerBenchmark.class.getName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }

    /**
     * Processor time of the committing thread, which other load on the machine moves less than time that passes. Sums over all iterations: divide the one by the other.
     */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class ProcessorTime {
        public long commits;
        public long processorNanos;

        private long began;

        @Setup(Level.Iteration)
        public void begin() {
            began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }

        @TearDown(Level.Iteration)
        public void end() {
            processorNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began;
        }
    }

    /** What a service does. */
    public static class Service {
        private final WalTemplate template;

        Service(WalTemplate template) {
            this.template = template;
        }

        @Transactional
        public void insert(long id) {
            template.insert("events", id, ROW);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        WalAutoConfiguration.class,
        WalTransactionAutoConfiguration.class,
        WalMetricsAutoConfiguration.class,
        WalObservationAutoConfiguration.class,
        TransactionAutoConfiguration.class
    })
    static class Application {
        @Bean
        Service service(WalTemplate template) {
            return new Service(template);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Meters {
        @Bean
        SimpleMeterRegistry meterRegistry() {
            return new SimpleMeterRegistry();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Observations {
        @Bean
        ObservationRegistry observationRegistry() {
            ObservationRegistry registry = ObservationRegistry.create();
            registry.observationConfig().observationHandler(context -> true);
            return registry;
        }
    }
}
