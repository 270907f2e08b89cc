package dev.wal.proof;

import dev.wal.common.Durability;
import java.time.Duration;

/** The levels of durability, by a name that a process can be told. */
enum Level {
    SYNCHRONOUS(Durability.synchronous()),
    GROUP_COMMIT(Durability.groupCommit()),
    PERIODIC(Durability.periodic(Duration.ofMillis(Level.INTERVAL_MILLIS))),
    NO_SYNC(Durability.noSync());

    static final int INTERVAL_MILLIS = 50;

    private final Durability durability;

    Level(Durability durability) {
        this.durability = durability;
    }

    Durability durability() {
        return durability;
    }

    /** Whether what is acknowledged is forced. */
    boolean forces() {
        return this == SYNCHRONOUS || this == GROUP_COMMIT;
    }
}
