package dev.wal.recovery;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells which operations of a transaction count after rollbacks to savepoints. First all operations and rollbacks are counted, in order of
 * writing; then each operation is asked about, in the same order. Memory grows with the rollbacks alone.
 */
final class LiveOperations {
    private final Map<Integer, Ranges> byPartition = new HashMap<>();

    /** Ranges of the operations of one partition, numbered from 0, that count. */
    private static final class Ranges {
        private long[] starts = new long[2];
        private long[] ends = new long[2];
        private int count;
        private long written;
        private long live;

        // Of the second time.
        private long asked;
        private int range;

        private void operation() {
            if (count > 0 && ends[count - 1] == written) {
                ends[count - 1]++;
            } else {
                if (count == starts.length) {
                    starts = Arrays.copyOf(starts, count * 2);
                    ends = Arrays.copyOf(ends, count * 2);
                }
                starts[count] = written;
                ends[count++] = written + 1;
            }
            written++;
            live++;
        }

        private void rolledBackTo(long stay) {
            while (live > stay) {
                long length = ends[count - 1] - starts[count - 1];
                if (live - length >= stay) {
                    count--;
                    live -= length;
                } else {
                    ends[count - 1] -= live - stay;
                    live = stay;
                }
            }
        }

        private boolean next() {
            long number = asked++;
            while (range < count && ends[range] <= number) {
                range++;
            }
            return range < count && starts[range] <= number;
        }
    }

    private Ranges of(int partition) {
        return byPartition.computeIfAbsent(partition, key -> new Ranges());
    }

    /** Counts an operation. */
    void operation(int partition) {
        of(partition).operation();
    }

    /**
     * Counts a rollback.
     *
     * @param stay how many of the operations in the partition stay, not negative
     */
    void rolledBackTo(int partition, long stay) {
        of(partition).rolledBackTo(Math.max(0, stay));
    }

    /** Whether the next operation of a partition counts. */
    boolean next(int partition) {
        return of(partition).next();
    }
}
