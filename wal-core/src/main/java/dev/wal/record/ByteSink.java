package dev.wal.record;

/** Where encoded bytes go: an array that grows. */
public interface ByteSink {
    /** Has room for more bytes behind {@link #length()}, and returns the array. */
    byte[] reserve(int bytes);

    /** Number of bytes so far. */
    int length();

    /** Says that the bytes of a whole record were put behind the others. */
    void added(int partition, int bytes);
}
