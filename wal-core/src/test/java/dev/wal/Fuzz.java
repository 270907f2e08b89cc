package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.wal.common.WalException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/**
 * Arbitrary and damaged bytes for decoders, which must decode or report them with an exception of the log, in bounded time and memory. The system
 * property {@code fuzz.cases} sets how many cases there are of each kind.
 */
public final class Fuzz {
    private static final int CASES = Integer.getInteger("fuzz.cases", 20_000);
    private static final int LONGEST_INPUT = 300;
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

    /** What a decoder may allocate: so many bytes for each byte of the input, and so many in any case. */
    public record Budget(long perByte, long constant) {
        private long of(int length) {
            return perByte * length + constant;
        }
    }

    /** Gives a decoder arbitrary bytes, and damaged copies of valid ones. */
    public static void run(byte[] valid, Budget budget, Decoder decoder) {
        // Classes are loaded, and what is allocated once, before anything is measured.
        decode(valid, 0, new Budget(0, Long.MAX_VALUE), decoder);
        for (int i = 0; i < CASES; i++) {
            Random random = new Random(i);
            byte[] bytes = i % 4 == 0 ? arbitrary(random) : damaged(valid, random);
            decode(bytes, i, i < CASES / 10 ? new Budget(0, Long.MAX_VALUE) : budget, decoder);
        }
    }

    private static void decode(byte[] bytes, int number, Budget budget, Decoder decoder) {
        Random random = new Random(~number);
        long directBefore = DIRECT.getMemoryUsed();
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        try {
            decoder.decode(bytes, random);
        } catch (WalException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        } catch (Throwable e) {
            throw new AssertionError("case " + number + " of " + bytes.length + " bytes: " + e, e);
        }
        long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        long direct = DIRECT.getMemoryUsed() - directBefore;
        if (allocated + Math.max(0, direct) > budget.of(bytes.length)) {
            throw new AssertionError("case " + number + " of " + bytes.length + " bytes took " + allocated
                    + " bytes of the heap and " + direct + " outside");
        }
    }

    private static byte[] arbitrary(Random random) {
        byte[] bytes = new byte[random.nextInt(LONGEST_INPUT)];
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
