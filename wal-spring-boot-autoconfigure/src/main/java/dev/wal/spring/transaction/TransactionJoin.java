package dev.wal.spring.transaction;

/** What becomes of a write to the log inside a transaction of another manager, as of a database. */
public enum TransactionJoin {
    /** It is refused. */
    NONE,
    /** It is committed to the log once the other transaction has committed; a crash between the two loses it. */
    AFTER_COMMIT,
    /** It is prepared in the log before the database commits, and both have one outcome. */
    PREPARED
}
