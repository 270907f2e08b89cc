package dev.wal;

import dev.wal.log.Batch;
import dev.wal.log.Log;
import dev.wal.log.LogReader;
import dev.wal.recovery.TransactionFrames;
import dev.wal.recovery.TransactionReader;

/** Applies committed transactions whose changes are in the log alone. Safe for use by several threads. */
record ReadBack(Log log, int partitions) {

    /** Applies a transaction of the engine. */
    void apply(StateMachine machine, long transactionId, TransactionFrames frames, Batch commit) {
        apply(machine, 0, transactionId, frames, commit.records(), commit, commit.commitTimeMicros());
    }

    /**
     * Applies a transaction.
     *
     * @param commitIndex index of the Commit in its batch
     */
    void apply(
            StateMachine machine,
            int partition,
            long transactionId,
            TransactionFrames frames,
            int commitIndex,
            Batch commit,
            long commitTimeMicros) {
        try (LogReader reader = log.readAtRandom(frames.first())) {
            new TransactionReader(reader, partitions)
                    .handOver(
                            partition,
                            transactionId,
                            frames,
                            commitIndex,
                            commit.position(),
                            commitTimeMicros,
                            change -> machine.prepare(change.record()).apply(change));
        }
    }
}
