package dev.wal.spring;

import dev.wal.WalManager;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.transaction.WalTransactionManager;
import dev.wal.state.KeyHash;
import dev.wal.state.TransactionContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes a service's own records to the log, within the transaction of the calling thread: they are in the log when it has committed, all or none. Safe for use by several
 * threads.
 *
 * <p>A write without an active transaction of the log throws {@link org.springframework.transaction.IllegalTransactionStateException}, also inside a transaction of another manager unless the log joins it ({@code
 * wal.transaction.join}), and once commit or rollback has begun.
 */
public class WalTemplate {
    private final WalManager walManager;
    private final TransactionContext context;
    private final TransactionTemplate transactions;

    public WalTemplate(WalManager walManager, WalTransactionManager transactionManager, TransactionContext context) {
        this.walManager = walManager;
        this.context = context;
        this.transactions = new TransactionTemplate(transactionManager);
    }

    /** Inserts into the partition that the row id's hash chooses. */
    public void insert(String table, long rowId, Row row) {
        insert(table, partitionOf(rowId), rowId, row);
    }

    public void insert(String table, int partition, long rowId, Row row) {
        context.required().insert(table, partition, rowId, row);
    }

    /** Updates in the partition that the row id's hash chooses. */
    public void update(String table, long rowId, Row newRow) {
        update(table, partitionOf(rowId), rowId, null, newRow);
    }

    /** Updates in the partition that the row id's hash chooses, keeping the old row in the log too. */
    public void update(String table, long rowId, @Nullable Row oldRow, Row newRow) {
        update(table, partitionOf(rowId), rowId, oldRow, newRow);
    }

    public void update(String table, int partition, long rowId, @Nullable Row oldRow, Row newRow) {
        context.required().update(table, partition, rowId, oldRow, newRow);
    }

    /** Deletes in the partition that the row id's hash chooses. */
    public void delete(String table, long rowId) {
        delete(table, partitionOf(rowId), rowId, null);
    }

    /** Deletes in the partition that the row id's hash chooses, keeping the old row in the log. */
    public void delete(String table, long rowId, @Nullable Row oldRow) {
        delete(table, partitionOf(rowId), rowId, oldRow);
    }

    public void delete(String table, int partition, long rowId, @Nullable Row oldRow) {
        long micros =
                TimeUnit.MILLISECONDS.toMicros(walManager.options().clock().millis());
        context.required().delete(table, partition, rowId, oldRow, micros);
    }

    /** Runs an action in a transaction of the log: the one of the thread, or a new one. */
    public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
        return transactions.execute(action);
    }

    /** The partition that a row id's hash chooses. */
    public int partitionOf(long rowId) {
        return KeyHash.partition(
                KeyHash.of(new Value.Int64(rowId)), walManager.options().partitions());
    }
}
