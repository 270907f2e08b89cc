package dev.wal.common;

/** What opening a log does about bytes that cannot be read. */
public enum RecoveryMode {
    /** Refuses any damage, even a torn write at the end of the log. */
    STRICT,
    /** Cuts a torn write at the end of the log, keeping its bytes aside, and refuses corruption. The default. */
    TOLERATE_TORN_TAIL,
    /**
     * Cuts the log at the first damage, corruption included, keeping all bytes behind it aside. Acknowledged commits behind
     * the damage are lost, except those in snapshots that are newer, which are kept; the report says so. A transaction over several partitions can be
     * there in part only if some of them have such a snapshot.
     */
    STOP_AT_DAMAGE,
    /** Reads on behind damage. For tools that copy what is readable; a log cannot be opened for writing in this mode. */
    SALVAGE
}
