package dev.wal;

import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.util.List;

/** A state that remembers the row ids that were applied to it, and has no snapshots. */
record AppliedRows(List<Long> rowIds) implements StateMachine {
    @Override
    public PreparedChange prepare(WalRecord.Data record) {
        return this::apply;
    }

    private void apply(WalChange change) {
        rowIds.add(change.rowId());
    }

    @Override
    public void restore(SnapshotFile file) {}

    @Override
    public Frozen freeze(int partition) {
        throw new IllegalStateException("nothing to freeze");
    }
}
