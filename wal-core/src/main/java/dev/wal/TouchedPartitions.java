package dev.wal;

import dev.wal.log.Batch;
import java.util.Arrays;
import java.util.List;

/**
 * The partitions that a transaction wrote to, in that order, and how many of its operations in each count. Mutable; for one thread at a time.
 */
final class TouchedPartitions {
    private int[] partitions;
    private long[] operations;
    private int size;

    private TouchedPartitions(int[] partitions, long[] operations) {
        this.partitions = partitions;
        this.operations = operations;
        this.size = partitions.length;
    }

    /** Those of the first batch of a transaction, which has a Begin for each partition and operations otherwise. */
    static TouchedPartitions of(Batch batch) {
        int[] partitions = new int[batch.entries()];
        long[] operations = new long[partitions.length];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = batch.partition(i);
            operations[i] = batch.count(i) - 1L;
        }
        return new TouchedPartitions(partitions, operations);
    }

    TouchedPartitions copy() {
        return new TouchedPartitions(Arrays.copyOf(partitions, size), Arrays.copyOf(operations, size));
    }

    /** The same partitions, with as many operations as there were at a savepoint. */
    TouchedPartitions withOperationsOf(TouchedPartitions savepoint) {
        TouchedPartitions copy = copy();
        for (int i = 0; i < copy.size; i++) {
            copy.operations[i] = savepoint.operations(i);
        }
        return copy;
    }

    int size() {
        return size;
    }

    int partition(int index) {
        return partitions[index];
    }

    /** Operations that count in the partition at an index; 0 if there were fewer partitions. */
    long operations(int index) {
        return index < size ? operations[index] : 0;
    }

    List<Integer> toList() {
        return Arrays.stream(partitions, 0, size).boxed().toList();
    }

    boolean contains(int partition) {
        return indexOf(partition) >= 0;
    }

    private int indexOf(int partition) {
        for (int i = size - 1; i >= 0; i--) {
            if (partitions[i] == partition) {
                return i;
            }
        }
        return -1;
    }

    void addOperation(int partition) {
        int index = indexOf(partition);
        if (index < 0) {
            if (size == partitions.length) {
                partitions = Arrays.copyOf(partitions, size + 4);
                operations = Arrays.copyOf(operations, size + 4);
            }
            index = size++;
            partitions[index] = partition;
            operations[index] = 0;
        }
        operations[index]++;
    }
}
