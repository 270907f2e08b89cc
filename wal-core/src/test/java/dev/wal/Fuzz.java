package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import dev.wal.common.WalException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * Arbitrary and damaged bytes for decoders, which must decode or report them with an exception of the log, in bounded time and memory. The system
 * property {@code fuzz.cases} sets how many cases there are of each kind.
 */
public final class Fuzz {
    private static final int CASES = Integer.getInteger("fuzz.cases", 20_000);
    private static final Duration FOR_ALL = Duration.ofMinutes(10);
    private static final Duration FOR_EACH = Duration.ofMillis(50);
    private static final long KIB = 1024;

    /** One of so many inputs is long. */
    private static final int LONG_ONES = 5;

    private static final long[] EXTREMES = {
        0,
        1,
        2,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0x8000,
        0xFFFF,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        -1,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final BufferPoolMXBean DIRECT = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();

    private Fuzz() {}

    /** Decodes a case. */
    @FunctionalInterface
    public interface Decoder {
        void decode(byte[] bytes, Random random) throws Exception;
    }

    /**
     * What a decoder may allocate: so many bytes for each byte of the input, and so many in any case. What may be taken in any case includes an exception with its message and stack, and
     * looking at that: 16 KiB. With inputs of some hundred bytes the constant alone bounds what is taken, with those of some ten KiB the multiple counts.
     */
    public enum Budget {
        /** Decodes in place. In any case: see above. */
        SEGMENT_HEADER(1, 16 * KIB),

        /** Decodes in place. In any case: the window of the reader, which is as large as the segment of the test at most. */
        FRAME(1, 16 * KIB + 16 * KIB),

        /** Per byte: the smallest value takes two bytes, and becomes an object of 16 with a reference in two lists. */
        PAYLOAD(48, 16 * KIB),

        /** Per byte: a partition takes twelve bytes, and becomes an object in two lists. In any case: the name of a snapshot that is not there, of at most 64 KiB. */
        MANIFEST(16, 64 * KIB + 16 * KIB),

        /** Per byte: the ID is copied, and becomes a text. */
        CONSUMER(4, 16 * KIB),

        /** Per byte: a change takes 46 bytes, and becomes an object with a time and three texts, in a list that is copied. */
        SKIPPED(24, 16 * KIB),

        /**
         * Per byte: an entry takes 37 bytes, and becomes a row, a list, two values, and an entry of a table with what belongs to that; a table of two bytes becomes an object in a set; the file in memory copies what is put and read. In any case: the
         * buffer for a chunk, a name that is not there, of at most 64 KiB, and pieces of 16 KiB in which content is read, of which one per state may be for nothing.
         */
        SNAPSHOT(96, 1024 * KIB + 64 * KIB + 64 * KIB);

        private final long perByte;
        private final long constant;

        Budget(long perByte, long constant) {
            this.perByte = perByte;
            this.constant = constant;
        }

        private long of(int length) {
            return perByte * length + constant;
        }
    }

    /** Gives a decoder arbitrary bytes, and damaged copies of valid ones: short ones mostly, and some of the long ones. */
    public static void run(Budget budget, byte[] shortOne, byte[] longOne, Decoder decoder) {
        run(CASES, budget, shortOne, longOne, decoder);
    }

    /** The same with a tenth of the cases, for a decoder that is slow. */
    public static void runLess(Budget budget, byte[] shortOne, byte[] longOne, Decoder decoder) {
        run(CASES / 10, budget, shortOne, longOne, decoder);
    }

    private static void run(int cases, Budget budget, byte[] shortOne, byte[] longOne, Decoder decoder) {
        // Only a decoder that does not end takes that long, however many cases there are.
        assertTimeoutPreemptively(FOR_ALL.plus(FOR_EACH.multipliedBy(cases)), () -> {
            // Classes are loaded, and what is allocated once, before anything is measured.
            decode(shortOne, 0, decoder);
            decode(longOne, 0, decoder);
            for (int i = 1; i <= cases / 10; i++) {
                decode(input(-i, shortOne, longOne), -i, decoder);
            }
            for (int i = 0; i < cases; i++) {
                byte[] bytes = input(i, shortOne, longOne);
                checkBudget(bytes, i, budget, decoder);
            }
        });
    }

    private static byte[] input(int number, byte[] shortOne, byte[] longOne) {
        Random random = new Random(number);
        byte[] valid = number % LONG_ONES == 0 ? longOne : shortOne;
        return random.nextInt(4) == 0 ? arbitrary(random, valid.length) : damaged(valid, random);
    }

    private static void checkBudget(byte[] bytes, int number, Budget budget, Decoder decoder) {
        Allocated allocated = decode(bytes, number, decoder);
        if (allocated.sum() > budget.of(bytes.length)) {
            // The first one that comes to a place pays for what is linked there; nothing is saved by that if it was its
            // own.
            allocated = decode(bytes, number, decoder);
        }
        if (allocated.sum() > budget.of(bytes.length)) {
            throw new AssertionError("case " + number + " of " + bytes.length + " bytes took " + allocated
                    + ", and may take " + budget.of(bytes.length));
        }
    }

    /** Bytes that a case took. */
    private record Allocated(long heap, long outside) {
        private long sum() {
            return heap + outside;
        }
    }

    private static Allocated decode(byte[] bytes, int number, Decoder decoder) {
        // Some decoders make checksums right in place.
        byte[] copy = bytes.clone();
        Random random = new Random(~number);
        long directBefore = DIRECT.getMemoryUsed();
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        try {
            decoder.decode(copy, random);
        } catch (WalException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        } catch (Throwable e) {
            throw new AssertionError("case " + number + " of " + bytes.length + " bytes: " + e, e);
        }
        long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        long direct = DIRECT.getMemoryUsed() - directBefore;
        return new Allocated(allocated, Math.max(0, direct));
    }

    /** Makes bytes pass whose last four are the checksum of all before, little-endian. */
    public static void makeLastChecksumRight(byte[] bytes) {
        int at = bytes.length - Integer.BYTES;
        if (at >= 0) {
            putChecksum(bytes, at);
        }
    }

    /** Puts the checksum of all bytes before a place there, little-endian. */
    public static void putChecksum(byte[] bytes, int at) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, at);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, (int) checksum.getValue());
    }

    private static byte[] arbitrary(Random random, int longest) {
        byte[] bytes = new byte[random.nextInt(longest + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Valid bytes after some mishaps. */
    public static byte[] damaged(byte[] valid, Random random) {
        byte[] bytes = valid.clone();
        for (int mishaps = 1 + random.nextInt(4); mishaps > 0 && bytes.length > 0; mishaps--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> putNumber(bytes, at, Short.BYTES, random);
                case 3 -> putNumber(bytes, at, Integer.BYTES, random);
                case 4 -> putNumber(bytes, at, Long.BYTES, random);
                case 5 -> bytes = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? bytes.length + 16 : at);
                default -> {
                    int length = random.nextInt(bytes.length - at);
                    System.arraycopy(
                            valid,
                            random.nextInt(Math.max(1, valid.length - length)),
                            bytes,
                            at,
                            Math.min(length, valid.length));
                }
            }
        }
        return bytes;
    }

    /** An extreme number, or one near to the length of the bytes. */
    private static void putNumber(byte[] bytes, int at, int size, Random random) {
        if (at + size > bytes.length) {
            return;
        }
        long number = random.nextBoolean()
                ? EXTREMES[random.nextInt(EXTREMES.length)]
                : bytes.length - at + random.nextInt(9) - 4;
        byte[] encoded = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
        System.arraycopy(encoded, 0, bytes, at, size);
    }
}
