package dev.wal.benchmark;

import java.util.List;

/**
 * Options of {@link ScaleCommand}; what has an empty list is left out.
 *
 * @param rounds whose threads are those that grow
 * @param recordSizes in bytes
 * @param operations of a transaction
 * @param logSizes written before a log is opened, in bytes
 */
record ScaleOptions(
        RoundOptions rounds,
        List<Integer> partitions,
        List<Integer> recordSizes,
        List<Integer> operations,
        List<Long> logSizes,
        Plots plots) {

    static ScaleOptions of(CommandLine line) {
        ScaleOptions options = new ScaleOptions(
                RoundOptions.take(line, "1,4,16,64,256,1024"),
                line.take("partitions", "1,10,100,1000,10000", Parsers::positives),
                line.take("record-sizes", "16,256,4096,65536,1048576", Parsers::positives),
                line.take("operations", "1,10,100,1000,10000,100000", Parsers::positives),
                line.take("log-sizes", "1M,16M,256M,1G,4G", Parsers::sizes),
                line.take("plots", "", Plots::in));
        line.refuseOthers();
        return options;
    }
}
