package dev.wal.cli;

import dev.wal.record.WalRecord;
import dev.wal.recovery.LoggedRecord;
import java.util.HashMap;
import java.util.Map;

/** Counts records. Memory grows with the number of partitions and segments alone. */
final class Statistics {
    private final Map<Integer, OfPartition> partitions = new HashMap<>();
    private final Map<Integer, OfSegment> segments = new HashMap<>();

    /** Counts of a partition. */
    static final class OfPartition {
        private long records;
        private long committed;
        private long rolledBack;
        private long firstLsn = -1;
        private long lastLsn = -1;
        private long bytes;
        private long lastCommittedAlone = -1;

        private void add(LoggedRecord logged) {
            WalRecord record = logged.record();
            records++;
            bytes += logged.bytes();
            firstLsn = firstLsn < 0 ? logged.lsn() : firstLsn;
            lastLsn = logged.lsn();
            if (record instanceof WalRecord.Commit) {
                committed++;
            } else if (record instanceof WalRecord.Rollback) {
                rolledBack++;
            } else if (record instanceof WalRecord.Data
                    && record.transactionId() == WalRecord.NO_TRANSACTION
                    && lastCommittedAlone != logged.position()) {
                // All records of no transaction in a batch are one commit.
                lastCommittedAlone = logged.position();
                committed++;
            }
        }

        long records() {
            return records;
        }

        long committed() {
            return committed;
        }

        long rolledBack() {
            return rolledBack;
        }

        long firstLsn() {
            return firstLsn;
        }

        long lastLsn() {
            return lastLsn;
        }

        long bytes() {
            return bytes;
        }
    }

    /** Counts of a segment. */
    record OfSegment(long records, long bytes) {
        private static final OfSegment EMPTY = new OfSegment(0, 0);

        private OfSegment with(LoggedRecord logged) {
            return new OfSegment(records + 1, bytes + logged.bytes());
        }
    }

    void add(LoggedRecord logged) {
        partitions.computeIfAbsent(logged.partition(), key -> new OfPartition()).add(logged);
        segments.put(logged.segment(), segment(logged.segment()).with(logged));
    }

    OfPartition partition(int number) {
        return partitions.getOrDefault(number, new OfPartition());
    }

    OfSegment segment(int number) {
        return segments.getOrDefault(number, OfSegment.EMPTY);
    }
}
