package dev.wal.state;

import dev.wal.record.Value;
import java.nio.charset.StandardCharsets;

/**
 * A hash of key values that never changes: it chooses partitions. FNV-1a, finished with the mixer of SplitMix64 (Steele, Lea, Flood: "Fast splittable
 * pseudorandom number generators", 2014).
 */
public final class KeyHash {
    private static final long OFFSET_BASIS = 0xCBF2_9CE4_8422_2325L;
    private static final long PRIME = 0x0000_0100_0000_01B3L;

    private KeyHash() {}

    public static long of(Value key) {
        if (key instanceof Value.Int64 number) {
            return mix(number.value());
        }
        if (key instanceof Value.Text text) {
            return mix(fnv(text.value().getBytes(StandardCharsets.UTF_8)));
        }
        if (key instanceof Value.Bytes bytes) {
            return mix(fnv(bytes.value()));
        }
        throw new IllegalArgumentException("A key must be serialized to Int64, Text or Bytes, not to "
                + key.getClass().getSimpleName());
    }

    public static int partition(long hash, int partitions) {
        return (int) Long.remainderUnsigned(hash, partitions);
    }

    private static long fnv(byte[] bytes) {
        long hash = OFFSET_BASIS;
        for (byte b : bytes) {
            hash = (hash ^ Byte.toUnsignedLong(b)) * PRIME;
        }
        return hash;
    }

    private static long mix(long number) {
        long z = number + 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
