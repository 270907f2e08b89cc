package dev.wal.proof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a transaction writes: a function of the numbers that name it, so that who checks a log can tell it without having been told.
 *
 * @param thread that commits it; it alone changes its keys
 * @param number of the transaction among those of its thread, from 1, without gaps in what is committed
 * @param life of the writer, so that a transaction that was lost differs from the one that takes its number
 * @param rolledBackFirst whether another transaction that comes to nothing is written before it
 */
record Plan(int thread, long number, int life, boolean rolledBackFirst, List<Change> changes) {
    static final int PARTITIONS = 4;
    static final int KEYS_OF_A_THREAD = 1000;

    /** In one transaction of six there is more than {@link Writer#MAX_TRANSACTION_SIZE}. */
    static final int LARGE_CHANGES = 9;

    private static final int KEYS_USED = 24;

    /** What is written to the log for a transaction that is rolled back, as if it were of this life. */
    private static final int NO_LIFE = -1;

    sealed interface Change {}

    /** Of the map. */
    record Put(long key, String value) implements Change {}

    /** Of the map; of a key that may be missing. */
    record Remove(long key) implements Change {}

    /** Of the journal. */
    record Entry(int partition, int index, byte[] content) implements Change {}

    static Plan of(long seed, int thread, long number, int life) {
        Random random = new Random(31 * (31 * (31 * seed + thread) + number) + life);
        random.nextInt();
        boolean rolledBackFirst = random.nextInt(8) == 0;
        boolean large = random.nextInt(6) == 0;
        int count = large ? LARGE_CHANGES : 1 + random.nextInt(5);
        List<Change> changes = new ArrayList<>();
        changes.add(entry(thread, number, life, 0, random, large));
        for (int index = 1; index <= count; index++) {
            long key = (long) KEYS_OF_A_THREAD * thread + random.nextInt(KEYS_USED);
            changes.add(
                    switch (random.nextInt(6)) {
                        case 0 -> new Remove(key);
                        case 1, 2 -> entry(thread, number, life, index, random, large);
                        default -> new Put(key, text(thread, number, life, index, size(random, large)));
                    });
        }
        return new Plan(thread, number, life, rolledBackFirst, changes);
    }

    /** Of the transaction that is rolled back before this one. */
    Plan rolledBack(long seed) {
        return of(seed, thread, number, NO_LIFE);
    }

    private static Entry entry(int thread, long number, int life, int index, Random random, boolean large) {
        byte[] content = text(thread, number, life, index, size(random, large)).getBytes(StandardCharsets.US_ASCII);
        return new Entry(random.nextInt(PARTITIONS), index, content);
    }

    private static int size(Random random, boolean large) {
        return large ? 800 + random.nextInt(1200) : random.nextInt(4) == 0 ? random.nextInt(1200) : random.nextInt(100);
    }

    private static String text(int thread, long number, int life, int index, int size) {
        String name = thread + "/" + number + "/" + life + "/" + index + "/";
        return name + (char) ('a' + (number + index) % 26) + name.repeat(size / name.length());
    }
}
