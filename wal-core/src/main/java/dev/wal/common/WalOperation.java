package dev.wal.common;

/** What a log does from a beginning to an end that somebody waits for; see {@link WalObserver#began}. */
public enum WalOperation {
    /** Opening the log: everything in it is read and verified, and repaired where the recovery mode says so. */
    OPEN,

    /** Restoring states from snapshots and from what was committed since. */
    RESTORE,

    /** A checkpoint, of whatever partitions. */
    CHECKPOINT,

    /** A commit, or the promise of one: from when its batch is ready until it is as durable as its level promises and applied. */
    COMMIT
}
