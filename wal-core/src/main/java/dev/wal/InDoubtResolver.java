package dev.wal;

/**
 * Decides, when a log is opened, about transactions that were prepared and got no outcome. Asked for one after the other, in the order in
 * which they were prepared, by the thread that opens the log.
 *
 * <p>The same transaction may be asked about at several opens, until its outcome is known to be forced: the answer must not change.
 */
@FunctionalInterface
public interface InDoubtResolver {

    /** Leaves every transaction in doubt. */
    InDoubtResolver LEAVE = transaction -> Decision.LEAVE;

    /** What becomes of a transaction that is in doubt. */
    enum Decision {
        /** Commits it. */
        COMMIT,
        /** Rolls it back. */
        ROLL_BACK,
        /** Leaves it in doubt, to be decided by {@link WalManager#resolve} or at a later open. */
        LEAVE
    }

    /** Decides about a transaction. What this throws is thrown by {@link WalManager#open}; nothing was decided then. */
    Decision decide(InDoubtTransaction transaction);
}
