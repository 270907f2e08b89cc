package dev.wal.proof;

import java.util.zip.CRC32C;

/**
 * What a partition of the journal has seen of a thread. An entry that is left out, comes twice or in another order changes the digest of all that follow.
 *
 * @param count of entries
 * @param digest of all of them, in their order
 * @param last number of a transaction
 */
record Strand(long count, long digest, long last) {
    static final Strand EMPTY = new Strand(0, 17, 0);

    Strand with(long number, int index, byte[] content) {
        return new Strand(count + 1, 1_000_003 * digest + 31 * (31 * number + index) + checksum(content), number);
    }

    static long checksum(byte[] content) {
        CRC32C checksum = new CRC32C();
        checksum.update(content);
        return checksum.getValue();
    }
}
