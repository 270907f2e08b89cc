package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Durable commits of more and more threads, beside a bare group-commit loop, and of as many virtual threads where the JDK has them. */
final class ThreadGrowth implements Growth {
    private final RoundOptions options;

    ThreadGrowth(RoundOptions options) {
        this.options = options;
    }

    @Override
    public String title() {
        return "Threads that commit 4 × 256 bytes durably";
    }

    @Override
    public List<String> columns() {
        return List.of(
                "threads",
                "engine, commits/s",
                "reference, commits/s",
                "virtual threads, commits/s",
                "p50 µs",
                "p99 µs",
                "CPU µs/commit");
    }

    @Override
    public double[] measure(long size, Path directory) throws IOException {
        int threads = (int) size;
        int operations = DurableContenders.WORK.operations();
        int frameSize = Engine.transactionSize(directory.resolve("size"), operations);
        Figures engine = run(Engine.transactions("engine", Durability.groupCommit(), operations, threads), directory);
        Figures reference = run(GroupCommitLoop.of("reference", frameSize, threads), directory);
        Optional<Flow> virtual = VirtualThreads.flow("virtual threads", threads);
        return new double[] {
            engine.perSecond(),
            reference.perSecond(),
            virtual.isPresent() ? run(virtual.get(), directory).perSecond() : Double.NaN,
            engine.p50Micros(),
            engine.p99Micros(),
            engine.cpuMicros()
        };
    }

    private Figures run(Measured measured, Path directory) throws IOException {
        return measured.measure(
                Directories.create(directory.resolve(measured.name())), options.warmUp(), options.seconds());
    }
}
