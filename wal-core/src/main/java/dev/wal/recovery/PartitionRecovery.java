package dev.wal.recovery;

/**
 * What recovery found in one partition.
 *
 * @param partition number of the partition
 * @param records of all kinds
 * @param committed transactions
 * @param rolledBack transactions
 * @param discarded transactions that were neither committed nor rolled back
 * @param prepared transactions that are in doubt
 * @param firstLsn of the records found, −1 for none
 * @param lastLsn of the records found, −1 for none
 */
public record PartitionRecovery(
        int partition,
        long records,
        long committed,
        long rolledBack,
        long discarded,
        long prepared,
        long firstLsn,
        long lastLsn) {}
