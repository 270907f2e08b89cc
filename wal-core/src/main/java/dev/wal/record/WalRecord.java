package dev.wal.record;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A record of the log. Immutable. */
public sealed interface WalRecord {
    /** The transaction id of a record that belongs to no transaction: its batch alone commits it. */
    long NO_TRANSACTION = Long.MIN_VALUE;

    /** Most partitions that a log can have. */
    int MAX_PARTITIONS = 65_535;

    /** Most bytes, as UTF-8, that the name of a table can have. */
    int MAX_TABLE_BYTES = 65_535;

    /** Ids of callers are not negative; negative ones are made by the engine. */
    long transactionId();

    int partition();

    /** A record that changes a row. */
    sealed interface Data extends WalRecord {
        String table();

        long rowId();

        /** The same change, as part of another transaction. */
        Data withTransactionId(long id);
    }

    record Insert(long transactionId, String table, int partition, long rowId, Row data) implements Data {
        public Insert {
            check(table, partition);
            Objects.requireNonNull(data, "data");
        }

        public Insert(String table, int partition, long rowId, Row data) {
            this(NO_TRANSACTION, table, partition, rowId, data);
        }

        @Override
        public Insert withTransactionId(long id) {
            return new Insert(id, table, partition, rowId, data);
        }
    }

    /** @param oldData the row before, if it is known; redo needs none */
    record Update(
            long transactionId,
            String table,
            int partition,
            long rowId,
            @Nullable Row oldData,
            Row newData) implements Data {
        public Update {
            check(table, partition);
            Objects.requireNonNull(newData, "newData");
        }

        public Update(String table, int partition, long rowId, @Nullable Row oldData, Row newData) {
            this(NO_TRANSACTION, table, partition, rowId, oldData, newData);
        }

        @Override
        public Update withTransactionId(long id) {
            return new Update(id, table, partition, rowId, oldData, newData);
        }
    }

    /**
     * @param oldData the row before, if it is known; redo needs none
     * @param timestampMicros when the row was deleted, for tombstones
     */
    record Delete(
            long transactionId,
            String table,
            int partition,
            long rowId,
            @Nullable Row oldData,
            long timestampMicros) implements Data {
        public Delete {
            check(table, partition);
        }

        public Delete(String table, int partition, long rowId, @Nullable Row oldData, long timestampMicros) {
            this(NO_TRANSACTION, table, partition, rowId, oldData, timestampMicros);
        }

        @Override
        public Delete withTransactionId(long id) {
            return new Delete(id, table, partition, rowId, oldData, timestampMicros);
        }
    }

    record Begin(long transactionId, int partition, int isolationLevel) implements WalRecord {
        public Begin {
            check(partition);
        }
    }

    /** The transaction can be committed whatever happens; whether it is, a resolver decides. */
    record Prepare(long transactionId, int partition) implements WalRecord {
        public Prepare {
            check(partition);
        }
    }

    /** @param commitTs as the caller gave it, or the time of the engine, in microseconds since 1970 */
    record Commit(long transactionId, int partition, long commitTs) implements WalRecord {
        public Commit {
            check(partition);
        }
    }

    record Rollback(long transactionId, int partition) implements WalRecord {
        public Rollback {
            check(partition);
        }
    }

    /** @param operations how many operations of the transaction in this partition stay */
    record RollbackTo(long transactionId, int partition, long operations) implements WalRecord {
        public RollbackTo {
            check(partition);
        }
    }

    /**
     * @param lsn all records of the partition below it are kept elsewhere
     * @param redoPosition of the first record of the oldest transaction that was undecided
     */
    record Checkpoint(int partition, long lsn, long redoPosition) implements WalRecord {
        public Checkpoint {
            check(partition);
        }

        @Override
        public long transactionId() {
            return NO_TRANSACTION;
        }
    }

    private static void check(String table, int partition) {
        Objects.requireNonNull(table, "table");
        // Only long names can be too long: at most three bytes a character.
        if (table.length() > MAX_TABLE_BYTES / 3 && table.getBytes(StandardCharsets.UTF_8).length > MAX_TABLE_BYTES) {
            throw new IllegalArgumentException(
                    "The name of a table has at most " + MAX_TABLE_BYTES + " bytes as UTF-8");
        }
        check(partition);
    }

    private static void check(int partition) {
        if (partition < 0 || partition >= MAX_PARTITIONS) {
            throw new IllegalArgumentException(
                    "partition must be from 0 to " + (MAX_PARTITIONS - 1) + ", not " + partition);
        }
    }
}
