package dev.wal.benchmark;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The command line: a command and its options. */
public final class WalBenchmark {
    /** Commands that run peers. */
    private static final Set<String> PEERS = Set.of("append", "commit", "memory", "report");

    private static final String USAGE = """
            Measures the write-ahead log and prints Markdown tables. Nothing is asserted.

            Usage: java -jar wal-benchmark.jar <command> [--name=value ...]

            commit    durable commits of 4 operations of 256 bytes, beside peers, and loops that show what disk and threads give
            append    records of 256 bytes appended without forcing, beside peers
            report    commit, append, async, periodic, recovery, memory and scale, one after the other
            recovery  opening and replaying a log of 256-byte records, 64 a transaction, in a JVM of its own
            async     durable commits by futures and by virtual threads, many under way at once
            periodic  commits that a force follows within 50 ms, beside the same bytes written and forced without a log
            scale     the engine with more and more threads, partitions, bytes of a record, operations of a transaction, and
                      bytes ever written
            memory    the most memory of a JVM in which one contender of commit runs
            maps          map operations in transactions, beside MVStore's transactional map and a ConcurrentHashMap
            map-restart   a map that comes back from a snapshot and the log behind it, in a JVM of its own
            map-snapshot  the longest transaction while a snapshot is written, collections apart
            map-memory    heap for each entry
            map-freezing  ways to freeze a map beside each other, without a log

            Options of all commands:
              --directory=<path>   a directory on the disk to measure, made if it is missing
                                   (default target/benchmark if there is a target, else the temporary directory)
              --rounds=<n>         rounds, in which the contenders take turns; medians are printed (default 3)
              --help               prints this

            Options of commit, append, async, periodic, memory and maps:
              --threads=<n,...>    numbers of threads (default: commit 1,4,16,64,256, maps 1,4,16,64,
                                   append 1,4, async and periodic 4, memory 16)
              --seconds=<s>        seconds that each contender is measured in each round (default 5)
              --warm-up=<s>        seconds that each contender runs unmeasured before the first round (default 5)
              --only=<name,...>    measures these contenders alone, by the beginnings of their names

            Options of commit:
              --plots=<directory>  draws the tables into it as SVG (default: no plots)
              --durability=<level> of the engine: group-commit (default), synchronous, periodic, no-sync

            Options of periodic:
              --file=<bytes>       that the loops beside overwrite in a circle (default 512M)

            Options of report, handed on:
              --rounds, --seconds, --warm-up and --plots

            Options of scale; an empty list leaves its part out:
              --threads=<n,...>    (default 1,4,16,64,256,1024)
              --partitions=<n,...> (default 1,10,100,1000,10000)
              --record-sizes=<bytes,...>  (default 16,256,4096,65536,1048576)
              --operations=<n,...> of a transaction (default 1,10,100,1000,10000,100000)
              --log-sizes=<bytes,...>     ever written before a log is opened (default 1M,16M,256M,1G,4G)
              --seconds=<s>, --warm-up=<s>  of each figure, where something is done over and over (default 5)
              --plots=<directory>  as for commit

            Options of the commands for maps:
              --entries=<n>        of the map (default: maps 100000, others 1000000)

            Options of map-restart:
              --tail=<bytes>       of the log behind the snapshot (default 256M)
              --heap=<size>        of the JVM that opens it (default 2g)
              --collectors=<name,...>  of that JVM, in turns; XX in -XX:+UseXXGC (default G1,Parallel)

            Options of map-snapshot:
              --threads=<n,...>    that write meanwhile (default 1,4)
              --seconds=<s>        between two snapshots (default 3); --rounds=<n> snapshots (default 5)
              --durability=<level,...>  (default no-sync,group-commit)

            Options of map-freezing:
              --seconds=<s>        that reads, and changes, are measured in each round (default 2)

            Options of recovery:
              --size=<bytes>       of the log, with K, M or G (default 1G)
              --heap=<size>        of the JVM that reads it (default 256m); of memory, too, of the JVM that commits
            """;

    private WalBenchmark() {}

    /** Something to run. */
    interface Command {
        void run() throws IOException;
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        try {
            if (needsPeers(arguments) && !PeerJvm.isThis()) {
                System.exit(PeerJvm.run(arguments));
            }
            run(arguments, out);
            // Some peers leave threads behind.
            System.exit(0);
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            out.println("See --help.");
            System.exit(2);
        }
    }

    private static boolean needsPeers(String... arguments) {
        return PEERS.contains(CommandLine.parse(arguments).command());
    }

    /**
     * Runs a command.
     *
     * @throws IllegalArgumentException if the command line makes no sense
     */
    static void run(String[] arguments, PrintStream out) throws IOException {
        CommandLine line = CommandLine.parse(arguments);
        if (line.isHelp()) {
            out.print(USAGE);
            return;
        }
        command(line, out).run();
    }

    /** What a command line asks for. */
    static Command command(CommandLine line, PrintStream out) {
        return switch (line.command()) {
            case "commit" -> new CommitCommand(CommitOptions.of(line), out)::run;
            case "append" -> new AppendCommand(RoundOptions.of(line, "1,4"), out)::run;
            case "async" -> new AsyncCommand(RoundOptions.of(line, "4"), out)::run;
            case "periodic" -> new PeriodicCommand(PeriodicOptions.of(line), out)::run;
            case "scale" -> new ScaleCommand(ScaleOptions.of(line), out)::run;
            case "memory" -> new MemoryCommand(MemoryOptions.of(line), out)::run;
            case "report" -> new ReportCommand(ReportOptions.of(line), out)::run;
            case "maps" -> new MapsCommand(MapsOptions.of(line), out)::run;
            case "map-restart" -> new MapRestartCommand(MapRestartOptions.of(line), out)::run;
            case "map-snapshot" -> new MapSnapshotCommand(MapSnapshotOptions.of(line), out)::run;
            case "map-memory" -> new MapMemoryCommand(MapMemoryOptions.of(line), out)::run;
            case "map-freezing" -> new FreezingCommand(FreezingOptions.of(line), out)::run;
            case "recovery" -> new RecoveryCommand(RecoveryOptions.of(line), out)::run;
            default -> throw new IllegalArgumentException("There is no command '" + line.command() + "'.");
        };
    }
}
