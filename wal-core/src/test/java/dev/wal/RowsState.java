package dev.wal;

import dev.wal.common.WalCorruptedException;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** A state with snapshots that remembers of each row at which position it was committed. */
final class RowsState implements StateMachine {
    private final List<Map<Long, Long>> positions = new ArrayList<>();
    private final Consumer<WalChange> onApply;

    RowsState() {
        this(change -> {});
    }

    /** @param onApply told of every change, also of those from the log */
    RowsState(Consumer<WalChange> onApply) {
        this.onApply = onApply;
        for (int i = 0; i < Logs.PARTITIONS; i++) {
            positions.add(new ConcurrentSkipListMap<>());
        }
    }

    /** Attached to a log. */
    static RowsState of(WalManager wal) {
        RowsState state = new RowsState();
        wal.attach(state);
        return state;
    }

    /** Rows of all partitions, and where they were committed. */
    Map<Long, Long> rows() {
        Map<Long, Long> all = new TreeMap<>();
        positions.forEach(all::putAll);
        return all;
    }

    @Override
    public PreparedChange prepare(WalRecord.Data record) {
        return this::apply;
    }

    private void apply(WalChange change) {
        positions.get(change.partition()).put(change.rowId(), change.position());
        onApply.accept(change);
    }

    @Override
    public void restore(SnapshotFile file) throws IOException {
        try (StorageFile bytes = file.storage().open(file.name())) {
            ByteBuffer content = ByteBuffer.allocate((int) bytes.size());
            bytes.read(content, 0);
            content.flip();
            if (content.remaining() < 8 || content.getLong() != content.remaining() / 16) {
                throw new WalCorruptedException("Snapshot " + file.name() + " is damaged");
            }
            while (content.hasRemaining()) {
                positions.get(file.partition()).put(content.getLong(), content.getLong());
            }
        }
    }

    @Override
    public Frozen freeze(int partition) {
        Map<Long, Long> view = Map.copyOf(positions.get(partition));
        return new Frozen() {
            @Override
            public void write(SnapshotFile file) throws IOException {
                ByteBuffer content = ByteBuffer.allocate(8 + 16 * view.size());
                content.putLong(view.size());
                view.forEach((row, position) -> content.putLong(row).putLong(position));
                try (StorageFile bytes = file.storage().create(file.name())) {
                    bytes.write(content.flip(), 0);
                    bytes.force();
                }
            }

            @Override
            public void close() {}
        };
    }
}
