package dev.wal.benchmark;

import dev.wal.common.Durability;

/** Options of {@link CommitCommand}. */
record CommitOptions(RoundOptions rounds, Durability durability, Plots plots) {

    static CommitOptions of(CommandLine line) {
        RoundOptions rounds = RoundOptions.take(line, "1,4,16,64,256");
        Durability durability = line.take("durability", "group-commit", Parsers::durability);
        Plots plots = line.take("plots", "", Plots::in);
        line.refuseOthers();
        return new CommitOptions(rounds, durability, plots);
    }
}
