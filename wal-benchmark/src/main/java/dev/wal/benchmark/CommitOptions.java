package dev.wal.benchmark;

import dev.wal.common.Durability;

/** Options of {@link CommitCommand}. */
record CommitOptions(RoundOptions rounds, Durability durability) {

    static CommitOptions of(CommandLine line) {
        RoundOptions rounds = RoundOptions.take(line, "1,4,16,64");
        Durability durability = line.take("durability", "group-commit", Parsers::durability);
        line.refuseOthers();
        return new CommitOptions(rounds, durability);
    }
}
