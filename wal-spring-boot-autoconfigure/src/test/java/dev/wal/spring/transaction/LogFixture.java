package dev.wal.spring.transaction;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalRecord;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.FailingStorage;
import dev.wal.spring.WalTemplate;
import dev.wal.state.DurableMap;
import dev.wal.state.TableMap;
import dev.wal.state.WalStates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A log with a map, and what writes to it under Spring. */
final class LogFixture implements AutoCloseable {
    final FailingStorage storage;
    final WalManager log;
    final WalTransactionManager manager;
    final WalTemplate template;
    final DurableMap<Long, String> map;

    LogFixture(Path directory) {
        storage = new FailingStorage(directory);
        log = WalManager.open(WalOptions.builder(directory)
                .storage(storage)
                .segmentSize(64 * 1024)
                .build());
        manager = new WalTransactionManager(log);
        BoundTransactions context = new BoundTransactions(() -> log);
        template = new WalTemplate(log, manager, context);
        map = new DurableMaps(context, TableMap.DEFAULT_LOCK_TIMEOUT, true).map("map", Long.class, String.class);
        WalStates.attach(log, List.of(map));
    }

    TransactionTemplate required() {
        return in(TransactionDefinition.PROPAGATION_REQUIRED);
    }

    TransactionTemplate in(int propagation) {
        TransactionTemplate transactions = new TransactionTemplate(manager);
        transactions.setPropagationBehavior(propagation);
        return transactions;
    }

    void insert(long rowId) {
        template.insert("t", rowId, Row.of(Value.of(rowId)));
    }

    /** Row ids that were inserted into the table and committed, in order. */
    List<Long> committed() {
        List<Long> rowIds = new ArrayList<>();
        log.replay(change -> {
            if (change.table().equals("t")) {
                rowIds.add(((WalRecord.Insert) change.record()).rowId());
            }
        });
        return rowIds;
    }

    boolean isBound() {
        return WalTransactionManager.bound(log) != null;
    }

    static boolean nothingIsBound() {
        return TransactionSynchronizationManager.getResourceMap().isEmpty()
                && !TransactionSynchronizationManager.isSynchronizationActive()
                && !TransactionSynchronizationManager.isActualTransactionActive()
                && !TransactionSynchronizationManager.isCurrentTransactionReadOnly()
                && TransactionSynchronizationManager.getCurrentTransactionIsolationLevel() == null
                && TransactionSynchronizationManager.getCurrentTransactionName() == null;
    }

    @Override
    public void close() {
        log.close();
    }
}
