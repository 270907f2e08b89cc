package dev.wal.cli;

import dev.wal.record.WalChange;
import dev.wal.state.WalState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A state that adds up row ids. */
final class RowSum implements WalState {
    private final Map<Integer, Long> sums = new HashMap<>();

    long total() {
        return sums.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public String name() {
        return "sum";
    }

    @Override
    public Set<String> tables() {
        return Set.of("accounts");
    }

    @Override
    public void restore(int partition, InputStream snapshot) throws IOException {
        sums.put(partition, new DataInputStream(snapshot).readLong());
    }

    @Override
    public void apply(WalChange change) {
        sums.merge(change.partition(), change.rowId(), Long::sum);
    }

    @Override
    public Frozen freeze(int partition) {
        long sum = sums.getOrDefault(partition, 0L);
        return out -> new DataOutputStream(out).writeLong(sum);
    }
}
