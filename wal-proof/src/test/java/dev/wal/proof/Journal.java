package dev.wal.proof;

import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.state.WalState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/** A state that applying a change twice spoils, unlike a map: a strand for each partition and thread. */
final class Journal implements WalState {
    static final String TABLE = "journal";

    private final List<Map<Integer, Strand>> partitions = new ArrayList<>();

    Journal() {
        for (int i = 0; i < Plan.PARTITIONS; i++) {
            partitions.add(new ConcurrentSkipListMap<>());
        }
    }

    static Row row(int thread, long number, Plan.Entry entry) {
        return Row.of(Value.of(thread), Value.of(number), Value.of(entry.index()), Value.of(entry.content()));
    }

    /** By thread. */
    Map<Integer, Strand> strands(int partition) {
        return partitions.get(partition);
    }

    /** Number of the last transaction of a thread, 0 for none. */
    long last(int thread) {
        return partitions.stream()
                .mapToLong(strands -> strands.getOrDefault(thread, Strand.EMPTY).last())
                .max()
                .orElseThrow();
    }

    @Override
    public String name() {
        return TABLE;
    }

    @Override
    public Set<String> tables() {
        return Set.of(TABLE);
    }

    @Override
    public void apply(WalChange change) {
        if (!(change.record() instanceof WalRecord.Insert insert)) {
            throw new IllegalStateException("The journal is only added to: " + change);
        }
        List<Value> values = insert.data().values();
        int thread = (int) number(values.get(0));
        byte[] content = ((Value.Bytes) values.get(3)).value();
        Strand before = partitions.get(change.partition()).getOrDefault(thread, Strand.EMPTY);
        partitions
                .get(change.partition())
                .put(thread, before.with(number(values.get(1)), (int) number(values.get(2)), content));
    }

    private static long number(Value value) {
        return ((Value.Int64) value).value();
    }

    @Override
    public Frozen freeze(int partition) {
        Map<Integer, Strand> view = Map.copyOf(partitions.get(partition));
        return out -> write(view, out);
    }

    private static void write(Map<Integer, Strand> view, OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(view.size());
        for (Map.Entry<Integer, Strand> entry : view.entrySet()) {
            data.writeInt(entry.getKey());
            data.writeLong(entry.getValue().count());
            data.writeLong(entry.getValue().digest());
            data.writeLong(entry.getValue().last());
        }
        data.flush();
    }

    @Override
    public void restore(int partition, InputStream snapshot) throws IOException {
        DataInputStream data = new DataInputStream(snapshot);
        int size = data.readInt();
        for (int i = 0; i < size; i++) {
            partitions
                    .get(partition)
                    .put(data.readInt(), new Strand(data.readLong(), data.readLong(), data.readLong()));
        }
    }
}
