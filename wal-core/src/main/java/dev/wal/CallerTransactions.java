package dev.wal;

import dev.wal.common.WalClosedException;
import dev.wal.common.WalException;
import dev.wal.log.Batch;
import dev.wal.log.Log;
import dev.wal.record.RecordEncoder;
import dev.wal.record.WalRecord;
import dev.wal.recovery.BatchSink;
import dev.wal.recovery.TransactionFrames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions of one partition that callers drive record by record, with ids of their own. Their records reach the log at once, so that each has its LSN when
 * the call returns. Safe for use by several threads: a lock makes the order in which records are understood the order of the log.
 */
final class CallerTransactions {
    private static final Logger logger = LoggerFactory.getLogger(CallerTransactions.class);
    private static final int EXPECTED_BYTES = 256;

    private final Log log;
    private final ReadBack readBack;
    private final Supplier<@Nullable StateMachine> stateMachine;
    private final int partition;
    private final ReentrantLock lock = new ReentrantLock();

    /** Transactions without an outcome in the log. Guarded by the lock. */
    private final Map<Long, CallerTransaction> open = new HashMap<>();

    /** Guarded by the lock. */
    private boolean closed;

    /** Transactions that the state does not have: those that are open, and those whose Commit is not applied yet. */
    private final Set<CallerTransaction> undecided = ConcurrentHashMap.newKeySet();

    CallerTransactions(ReadBack readBack, Supplier<@Nullable StateMachine> stateMachine, int partition) {
        this.log = readBack.log();
        this.readBack = readBack;
        this.stateMachine = stateMachine;
        this.partition = partition;
    }

    /**
     * Appends records as one batch, and waits if it commits anything.
     *
     * @return LSN of the first record
     */
    long append(List<? extends WalRecord> records) {
        check(records);
        CallerBatch meaning;
        Batch batch;
        lock.lock();
        try {
            if (closed) {
                throw new WalClosedException("The log is closed. Nothing of this call was written.");
            }
            meaning = new CallerBatch(partition, open, records);
            batch = append(meaning);
            settle(meaning, batch);
        } finally {
            lock.unlock();
        }
        if (meaning.commits()) {
            log.awaitCommit(batch);
            meaning.committing().forEach(undecided::remove);
        }
        return batch.firstLsn(0);
    }

    private void check(List<? extends WalRecord> records) {
        StateMachine machine = stateMachine.get();
        if (machine != null) {
            for (WalRecord record : records) {
                if (record instanceof WalRecord.Data data) {
                    machine.prepare(data);
                }
            }
        }
    }

    private Batch append(CallerBatch meaning) {
        StateMachine machine = stateMachine.get();
        Batch batch = new Batch(
                EXPECTED_BYTES * meaning.records().size(),
                machine == null || !meaning.commits() ? null : committed -> apply(machine, meaning, committed));
        RecordEncoder encoder = new RecordEncoder(new BatchSink(batch));
        meaning.records().forEach(encoder::encode);
        if (meaning.holdsNothing()) {
            batch.holdsNothing();
        }
        if (meaning.commits()) {
            log.appendForCommit(batch);
        } else {
            log.append(batch);
        }
        return batch;
    }

    private void apply(StateMachine machine, CallerBatch meaning, Batch batch) {
        meaning.apply(machine, readBack, batch);
        meaning.committing().forEach(undecided::remove);
    }

    /** The batch is in the log: from now on it counts. Its own commit may have been applied already. */
    private void settle(CallerBatch meaning, Batch batch) {
        for (long id : meaning.ended()) {
            CallerTransaction ended = open.remove(id);
            if (ended != null && !meaning.committing().contains(ended)) {
                undecided.remove(ended);
            }
        }
        meaning.begun().forEach((id, begun) -> {
            CallerTransaction transaction = new CallerTransaction(id, new TransactionFrames(begun.beginIndex()));
            transaction.frames().add(batch.position());
            open.put(id, transaction);
            undecided.add(transaction);
        });
        for (long id : meaning.continued()) {
            CallerTransaction continued = open.get(id);
            if (continued != null) {
                continued.frames().add(batch.position());
            }
        }
    }

    /** Refuses whatever comes later, and rolls back what is open, as well as that can be done. */
    void close() {
        lock.lock();
        try {
            closed = true;
            rollBackLocked(Set.copyOf(open.keySet()));
        } finally {
            lock.unlock();
        }
    }

    private void rollBackLocked(Set<Long> ids) {
        try {
            for (long id : ids) {
                CallerBatch meaning = new CallerBatch(partition, open, List.of(new WalRecord.Rollback(id, partition)));
                settle(meaning, append(meaning));
            }
        } catch (WalException e) {
            // Without room for one there is none for the others, and each attempt would have a segment tried.
            logger.debug("Of transactions {} of partition {} not all got a Rollback record", ids, partition, e);
        }
    }

    /**
     * Runs an action while nothing is appended here.
     *
     * @param action gets the position of the first record of the oldest undecided transaction, or the greatest number
     */
    <T> T withoutAppends(LongFunction<T> action) {
        lock.lock();
        try {
            long oldest = undecided.stream()
                    .mapToLong(CallerTransaction::firstPosition)
                    .min()
                    .orElse(Long.MAX_VALUE);
            return action.apply(oldest);
        } finally {
            lock.unlock();
        }
    }
}
