package dev.wal.benchmark;

import java.util.function.Function;

/**
 * Options of {@link MemoryCommand}.
 *
 * @param heap of each JVM, as {@code -Xmx} takes it
 */
record MemoryOptions(RoundOptions rounds, String heap) {

    static MemoryOptions of(CommandLine line) {
        RoundOptions rounds = RoundOptions.take(line, "16");
        String heap = line.take("heap", "256m", Function.identity());
        line.refuseOthers();
        return new MemoryOptions(rounds, heap);
    }
}
