package dev.wal.benchmark;

import dev.wal.WalManager;
import dev.wal.WalTransaction;
import dev.wal.common.Durability;
import dev.wal.record.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
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

/**
 * What the engine takes for its own work, at {@code no-sync}, where no commit waits for the disk: encoding, checksums, appending and one write, and reading that again. Records are of 256 bytes, all in one partition. Checkpoints keep the log
 * small, as a service would have them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx512m", "-Xms512m"})
public class EngineBenchmark {
    private static final Row ROW = Engine.row();
    private static final int PARTITION = 0;
    private static final int REPLAYED_RECORDS = (16 << 20) / Engine.VALUE_SIZE;
    private static final int REPLAYED_AT_ONCE = 64;

    /** A transaction, from its beginning to its commit. */
    @Benchmark
    public long commit(OpenLog log, Transactions transactions) {
        return Engine.commit(log.manager, PARTITION, transactions.operations, ROW);
    }

    /** A record that is a commit of its own, without a transaction around it. */
    @Benchmark
    public long append(OpenLog log) {
        return log.manager.logInsert(Engine.TABLE, PARTITION, 1, ROW);
    }

    /** A transaction that leaves nothing in the log: what each one costs before it does anything. */
    @Benchmark
    public WalTransaction rollbackOfNothing(OpenLog log) {
        try (WalTransaction transaction = log.manager.begin()) {
            transaction.rollback();
            return transaction;
        }
    }

    /** Records that are read, verified, decoded and handed over, from files that the page cache holds. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @OperationsPerInvocation(REPLAYED_RECORDS)
    public long replay(FilledLog log) {
        long[] records = new long[1];
        log.manager.replay(change -> records[0]++);
        if (records[0] != REPLAYED_RECORDS) {
            throw new IllegalStateException(records[0] + " records were replayed, not " + REPLAYED_RECORDS);
        }
        return records[0];
    }

    public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
        new Runner(new OptionsBuilder()
                        .parent(new CommandLineOptions(arguments))
                        .include(EngineBenchmark.class.getName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }

    /** A log that is empty at first. */
    @State(Scope.Benchmark)
    public static class OpenLog {
        private Path directory;
        private Engine engine;
        private WalManager manager;

        @Setup
        public void open() throws IOException {
            directory = Files.createTempDirectory("wal-benchmark-");
            engine = Engine.open(directory, Durability.noSync());
            manager = engine.manager();
        }

        @TearDown
        public void close() throws IOException {
            engine.close();
            Directories.delete(directory);
        }
    }

    /** How large transactions are. */
    @State(Scope.Benchmark)
    public static class Transactions {
        @Param({"1", "4", "64"})
        public int operations;
    }

    /** A log with 16 MiB of values that no checkpoint has made obsolete. */
    @State(Scope.Benchmark)
    public static class FilledLog {
        private WalManager manager;

        @Setup
        public void fill(OpenLog log) {
            manager = log.manager;
            for (int i = 0; i < REPLAYED_RECORDS; i += REPLAYED_AT_ONCE) {
                Engine.commit(manager, PARTITION, REPLAYED_AT_ONCE, ROW);
            }
        }
    }
}
