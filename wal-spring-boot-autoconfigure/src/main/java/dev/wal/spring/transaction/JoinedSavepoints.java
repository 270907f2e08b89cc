package dev.wal.spring.transaction;

import dev.wal.WalTransaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Savepoints of an outer transaction, and what the log had then. For one thread. */
final class JoinedSavepoints {

    /**
     * @param outer as its manager knows it
     * @param own null for the beginning: the log was not used before
     * @param rollbackOnly whether the transaction was marked already
     */
    private record Pair(Object outer, WalTransaction.@Nullable Savepoint own, boolean rollbackOnly) {}

    private final List<Pair> pairs = new ArrayList<>(0);
    private WalTransaction.@Nullable Savepoint beginning;

    /** The transaction of the log has begun. */
    void begun(WalTransaction transaction) {
        if (!pairs.isEmpty()) {
            beginning = transaction.savepoint();
        }
    }

    void set(Object outer, @Nullable WalResourceHolder holder) {
        if (outer instanceof WalTransaction.Savepoint) {
            // Of a nested scope of the log itself, which rolls back to it.
            return;
        }
        pairs.add(
                holder == null
                        ? new Pair(outer, null, false)
                        : new Pair(outer, holder.transaction().savepoint(), holder.isRollbackOnly()));
    }

    void rollbackTo(Object outer, @Nullable WalResourceHolder holder) {
        if (outer instanceof WalTransaction.Savepoint) {
            return;
        }
        int index = pairs.size() - 1;
        while (index >= 0 && pairs.get(index).outer() != outer) {
            index--;
        }
        if (index >= 0) {
            pairs.subList(index + 1, pairs.size()).clear();
        }
        if (holder == null) {
            return;
        }
        WalTransaction.Savepoint own = index < 0 ? null : own(pairs.get(index));
        if (own == null) {
            // Nobody told what the log had then: the transaction can only be rolled back whole.
            holder.setRollbackOnly();
            return;
        }
        holder.transaction().rollbackTo(own);
        if (!pairs.get(index).rollbackOnly()) {
            holder.resetRollbackOnly();
        }
    }

    private WalTransaction.@Nullable Savepoint own(Pair pair) {
        return pair.own() == null ? beginning : pair.own();
    }
}
