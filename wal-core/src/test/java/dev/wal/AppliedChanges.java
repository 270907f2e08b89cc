package dev.wal;

import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.util.ArrayList;
import java.util.List;

/** A state that remembers all that was applied to it, and whose snapshots are empty. */
final class AppliedChanges implements StateMachine {
    private final List<WalChange> changes = new ArrayList<>();

    List<WalChange> changes() {
        return changes;
    }

    List<Long> rowIds() {
        return changes.stream().map(WalChange::rowId).toList();
    }

    @Override
    public PreparedChange prepare(WalRecord.Data record) {
        return this::apply;
    }

    private void apply(WalChange change) {
        changes.add(change);
    }

    @Override
    public void restore(SnapshotFile file) {}

    @Override
    public Frozen freeze(int partition) {
        return new Frozen() {
            @Override
            public void write(SnapshotFile file) {}

            @Override
            public void close() {}
        };
    }
}
