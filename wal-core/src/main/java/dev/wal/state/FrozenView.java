package dev.wal.state;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@link MapView} of all partitions of a map. */
final class FrozenView<K, V> implements MapView<K, V> {
    private final MapContent<K, V> content;
    private final long position;
    private final List<PartitionTable<K, V>.Frozen> partitions = new ArrayList<>();
    private volatile boolean closed;

    /** Made while nothing is applied. */
    FrozenView(MapContent<K, V> content, long position) {
        this.content = content;
        this.position = position;
        content.partitions().forEach(partition -> partitions.add(partition.freeze()));
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public @Nullable V get(K key) {
        checkOpen();
        long hash = KeyHash.of(content.codec().keyValue(key));
        return partitions.get(content.partitionOf(hash)).get(key);
    }

    @Override
    public int size() {
        int size = 0;
        for (PartitionTable<K, V>.Frozen partition : partitions) {
            size += partition.size();
        }
        return size;
    }

    @Override
    public Iterator<Map.Entry<K, V>> iterator() {
        checkOpen();
        return new ConcatenatedIterator<>(
                partitions.stream().map(PartitionTable.Frozen::iterator).iterator());
    }

    /** What it shows once nothing is kept for it would be of different moments. */
    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The view of map '" + content.table() + "' is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        partitions.forEach(PartitionTable.Frozen::close);
    }
}
