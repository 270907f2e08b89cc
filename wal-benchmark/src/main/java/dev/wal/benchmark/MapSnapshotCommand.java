package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What writers notice of snapshots of all partitions: the longest transaction with and without one being written, collections apart. */
final class MapSnapshotCommand {
    private final MapSnapshotOptions options;
    private final PrintStream out;

    MapSnapshotCommand(MapSnapshotOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** A time in which a snapshot was written, or none. */
    private record Span(long start, long end, long transactions) {
        private double seconds() {
            return (end - start) / 1e9;
        }
    }

    void run() throws IOException {
        Environment.print(options.directory(), out);
        Environment.printMemory(out);
        out.println(Account.describe(options.entries())
                + ", transfers of 2 records a transaction. Medians and longest of " + options.rounds()
                + " snapshots. A thread that only parks for a millisecond at a time shows what the machine does.");
        for (Durability durability : options.levels()) {
            for (int threads : options.threads()) {
                out.println();
                out.println("### " + durability + ", " + threads + (threads == 1 ? " thread" : " threads"));
                out.println();
                measure(durability, threads).print(out);
            }
        }
    }

    private MarkdownTable measure(Durability durability, int threads) throws IOException {
        Path directory = options.directory().resolve("run");
        Directories.delete(directory);
        List<TimedCalls> writers = new ArrayList<>();
        List<Span> quiet = new ArrayList<>();
        List<Span> busy = new ArrayList<>();
        try (GcPauses pauses = new GcPauses();
                AccountMap accounts = new AccountMap(directory, durability, false)) {
            accounts.fill(options.entries());
            TimedCalls idle = new TimedCalls();
            try (Looping loops = new Looping()) {
                for (int i = 0; i < threads; i++) {
                    writers.add(loops.start(MapContenders.random(accounts::transfer, options.entries())));
                }
                idle = loops.start(() -> LockSupport.parkNanos(1_000_000));
                rest(writers);
                for (int round = 0; round < options.rounds(); round++) {
                    quiet.add(rest(writers));
                    busy.add(spanOf(writers, accounts.manager()::checkpointAll));
                }
            }
            pauses.read();
            return table(writers, idle, quiet, busy, pauses);
        } finally {
            Directories.delete(directory);
        }
    }

    private Span rest(List<TimedCalls> writers) {
        long nanos = options.seconds().toNanos();
        return spanOf(writers, () -> {
            long end = System.nanoTime() + nanos;
            for (long left = nanos; left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        });
    }

    private static Span spanOf(List<TimedCalls> writers, Runnable action) {
        long before = writers.stream().mapToLong(TimedCalls::count).sum();
        long start = System.nanoTime();
        action.run();
        long end = System.nanoTime();
        return new Span(
                start, end, writers.stream().mapToLong(TimedCalls::count).sum() - before);
    }

    private static MarkdownTable table(
            List<TimedCalls> writers, TimedCalls idle, List<Span> quiet, List<Span> busy, GcPauses pauses) {
        MarkdownTable table = new MarkdownTable(
                "",
                "seconds",
                "transactions/s",
                "longest ms, GC apart: median",
                "longest",
                "with GC: longest",
                "longest GC ms",
                "idle thread, GC apart: longest");
        row(table, "no snapshot", writers, idle, quiet, pauses);
        row(table, "while a snapshot is written", writers, idle, busy, pauses);
        return table;
    }

    private static void row(
            MarkdownTable table,
            String name,
            List<TimedCalls> writers,
            TimedCalls idle,
            List<Span> spans,
            GcPauses pauses) {
        double[] longest = spans.stream()
                .mapToDouble(span -> millis(writers.stream()
                        .mapToLong(writer -> writer.longest(span.start, span.end, pauses))
                        .max()
                        .orElse(0)))
                .toArray();
        table.row(
                name,
                Numbers.decimal(
                        Figures.median(spans.stream().mapToDouble(Span::seconds).toArray())),
                Numbers.count(Figures.median(spans.stream()
                        .mapToDouble(span -> span.transactions / span.seconds())
                        .toArray())),
                Numbers.decimal(Figures.median(longest)),
                Numbers.decimal(java.util.Arrays.stream(longest).max().orElse(0)),
                Numbers.decimal(spans.stream()
                        .mapToDouble(span -> millis(writers.stream()
                                .mapToLong(writer -> writer.longestOfAll(span.start, span.end))
                                .max()
                                .orElse(0)))
                        .max()
                        .orElse(0)),
                Numbers.decimal(spans.stream()
                        .mapToDouble(span -> millis(pauses.longest(span.start, span.end)))
                        .max()
                        .orElse(0)),
                Numbers.decimal(spans.stream()
                        .mapToDouble(span -> millis(idle.longest(span.start, span.end, pauses)))
                        .max()
                        .orElse(0)));
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
