package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Single operations of a {@link dev.wal.state.DurableMap} of 100,000 accounts at {@code no-sync}, with random keys that are all there. Checkpoints with snapshots of the map keep the log small, as a service would have them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx512m", "-Xms512m"})
public class MapBenchmark {
    private static final int ENTRIES = 100_000;

    /** What is put, whatever the key: made once, so that making it is not measured. */
    private static final Account VALUE = Account.of(ENTRIES);

    private Path directory;
    private AccountMap accounts;

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("wal-benchmark-");
        accounts = new AccountMap(directory, Durability.noSync(), true);
        accounts.fill(ENTRIES);
    }

    @TearDown
    public void close() throws IOException {
        accounts.close();
        Directories.delete(directory);
    }

    /** A read without a transaction, which neither locks nor writes. */
    @Benchmark
    public Object get() {
        return accounts.map().get(key());
    }

    /** A transaction of one write. */
    @Benchmark
    public void put(Blackhole blackhole) {
        long key = key();
        accounts.inTransaction(() -> blackhole.consume(accounts.map().put(key, VALUE)));
    }

    /** A transaction that reads what it has written itself. */
    @Benchmark
    public void putAndGet(Blackhole blackhole) {
        long key = key();
        accounts.inTransaction(() -> {
            blackhole.consume(accounts.map().put(key, VALUE));
            blackhole.consume(accounts.map().get(key));
        });
    }

    private static long key() {
        return ThreadLocalRandom.current().nextInt(ENTRIES);
    }

    public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
        new Runner(new OptionsBuilder()
                        .parent(new CommandLineOptions(arguments))
                        .include(MapBenchmark.class.getName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
