package dev.wal.spring.transaction;

/** Knows of transactions that have joined others and whose outcome the log does not have yet. Safe for use by several threads. */
@FunctionalInterface
public interface UnresolvedTransactions {

    /** Number of transactions in doubt that were asked about in vain: what became of them could not be found out, or not be written to the log. Their keys are locked, and they are tried again. */
    int unresolved();
}
