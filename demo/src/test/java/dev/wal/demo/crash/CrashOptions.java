package dev.wal.demo.crash;

import java.util.List;

/**
 * How long and hard to try, from system properties.
 *
 * @param rounds {@code crash.rounds}: kills at each level
 * @param connections {@code crash.connections}: clients at a time
 * @param transfers {@code crash.transfers}: acknowledged transfers before a kill, on average
 * @param levels {@code crash.durability}: levels of durability, separated by commas
 * @param seed {@code crash.seed}: makes the same decisions again; the threads still run as they like
 */
record CrashOptions(int rounds, int connections, int transfers, List<String> levels, long seed) {

    static CrashOptions fromSystemProperties() {
        return new CrashOptions(
                Integer.getInteger("crash.rounds", 3),
                Integer.getInteger("crash.connections", 32),
                Integer.getInteger("crash.transfers", 3000),
                List.of(System.getProperty("crash.durability", "group-commit,synchronous,no-sync")
                        .split(",")),
                Long.getLong("crash.seed", System.nanoTime()));
    }

    /** Fewer acknowledged transfers than these before a kill would show nothing. */
    int transfersMin() {
        return Math.max(1, transfers / 2);
    }
}
