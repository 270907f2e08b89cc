package dev.wal.benchmark.peer;

/**
 * What is committed over and over.
 *
 * @param operations of one transaction
 * @param bytes of the value of each operation
 * @param forced whether a commit is on the disk when it returns; else the operating system has its bytes
 */
public record Work(int operations, int bytes, boolean forced) {
    /** Keys that stores write in turn, so that they stay small. */
    static final int KEYS = 50_000;

    byte[] value() {
        return new byte[bytes];
    }

    /** The values of all operations, one behind the other. */
    byte[] allValues() {
        return new byte[Math.multiplyExact(operations, bytes)];
    }

    /** The first key of a thread that has committed a number of transactions. */
    int firstKey(int thread, long commits) {
        return (int) ((thread * 7_919L + commits * operations) % KEYS);
    }
}
