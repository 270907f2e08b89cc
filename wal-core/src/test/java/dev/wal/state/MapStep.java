package dev.wal.state;

import java.util.List;

/** Something that happens to maps and their log. What cannot happen when its turn comes, does not. */
sealed interface MapStep {

    /** @param elsewhere whether another thread runs the transaction; those of one thread suspend each other */
    record Begin(boolean elsewhere) implements MapStep {}

    /** What a transaction that lives does with a key, or without one; {@code choice} chooses among its savepoints. */
    record Act(int transaction, Action action, int map, long key, int choice) implements MapStep {}

    enum Action {
        GET,
        GET_FOR_UPDATE,
        PUT,
        PUT_LARGE,
        REMOVE,
        PUT_IF_ABSENT,
        REPLACE,
        COMPUTE,
        LOOK,
        SAVEPOINT,
        ROLL_BACK_TO,
        RELEASE
    }

    record End(int transaction, Ending ending) implements MapStep {}

    enum Ending {
        COMMIT,
        COMMIT_ASYNC,
        ROLL_BACK,
        PREPARE,
        CLOSE
    }

    /** @param partition all, if there is none of that number */
    record TakeCheckpoint(int partition) implements MapStep {}

    /** @param atWrite which write into a snapshot waits for what happens meanwhile */
    record TakeCheckpointWhile(int partition, int atWrite, List<MapStep> meanwhile) implements MapStep {}

    /** A checkpoint of all partitions of which one call fails, to anything but the log itself, and which leaves everything as it was. */
    record FailCheckpoint(int call) implements MapStep {}

    /** The newest snapshot of one of the partitions that have another to fall back to. */
    record DamageSnapshot(int choice) implements MapStep {}

    record Crash(boolean powerCut, long seed) implements MapStep {}

    /** Storage fails from a call on, in the midst of something; then comes the crash. */
    record CrashDuring(Doing doing, int call, boolean powerCut, long seed) implements MapStep {}

    enum Doing {
        COMMITTING_ALL,
        CHECKPOINTING,
        CLOSING
    }

    enum Plain implements MapStep {
        /** Compares what is seen without a transaction. */
        LOOK,
        /** Takes a view, to be compared when it is let go of. */
        TAKE_VIEW,
        LET_GO_OF_VIEWS,
        SYNC,
        REST,
        REOPEN
    }
}
