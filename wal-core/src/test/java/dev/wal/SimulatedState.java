package dev.wal;

import dev.wal.common.WalCorruptedException;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.storage.FileNames;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Remembers the rows that were changed in each partition, in order; snapshots hold them all. */
final class SimulatedState implements StateMachine {
    private static final long MAGIC = 0x5349_4d53_5441_5445L;

    private final Consumer<WalChange> onApply;
    private final List<List<Long>> rows = new ArrayList<>();

    SimulatedState(int partitions) {
        this(partitions, change -> {});
    }

    /** @param onApply told of every change, also of those from the log; must not throw */
    SimulatedState(int partitions, Consumer<WalChange> onApply) {
        this.onApply = onApply;
        for (int i = 0; i < partitions; i++) {
            rows.add(new ArrayList<>());
        }
    }

    List<Long> rows(int partition) {
        return rows.get(partition);
    }

    @Override
    public PreparedChange prepare(WalRecord.Data record) {
        return this::apply;
    }

    private void apply(WalChange change) {
        onApply.accept(change);
        rows.get(change.partition()).add(change.rowId());
    }

    @Override
    public void restore(SnapshotFile snapshot) throws IOException {
        try (StorageFile file = snapshot.storage().open(snapshot.name())) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            bytes.flip();
            if (bytes.remaining() < 2 * Long.BYTES
                    || bytes.getLong() != MAGIC
                    || bytes.getLong() != bytes.remaining() / Long.BYTES) {
                throw new WalCorruptedException("Snapshot " + snapshot.name() + " is damaged", null);
            }
            while (bytes.hasRemaining()) {
                rows.get(snapshot.partition()).add(bytes.getLong());
            }
        }
    }

    @Override
    public Frozen freeze(int partition) {
        List<Long> frozen = List.copyOf(rows.get(partition));
        return new Frozen() {
            @Override
            public void write(SnapshotFile snapshot) throws IOException {
                SimulatedState.write(snapshot, frozen);
            }

            @Override
            public void close() {}
        };
    }

    private static void write(SnapshotFile snapshot, List<Long> rows) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((2 + rows.size()) * Long.BYTES);
        bytes.putLong(MAGIC).putLong(rows.size());
        rows.forEach(bytes::putLong);
        String temporary = FileNames.temporary(snapshot.name());
        try (StorageFile file = snapshot.storage().create(temporary)) {
            file.write(bytes.flip(), 0);
            file.force();
        }
        snapshot.storage().rename(temporary, snapshot.name());
    }
}
