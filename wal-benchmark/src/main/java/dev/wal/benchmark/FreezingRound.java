package dev.wal.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToDoubleFunction;

/**
 * What a technique of freezing took.
 *
 * @param reads per second
 * @param changes per second
 * @param changesFrozen per second, while the frozen view was written
 * @param moreBytes of the heap at the end of writing, for each key that changed meanwhile
 */
record FreezingRound(
        double entryBytes,
        double reads,
        double changes,
        double freezeMillis,
        double changesFrozen,
        double writeSeconds,
        double moreBytes) {

    static FreezingRound of(Freezable map, FreezingOptions options) throws IOException {
        long empty = HeapUse.bytes();
        int entries = options.entries();
        for (long id = 0; id < entries; id++) {
            map.put(id, Account.of(id));
        }
        long filled = HeapUse.bytes();
        double reads = perSecond(() -> map.get(ThreadLocalRandom.current().nextInt(entries)), options.seconds());
        ReentrantLock applying = new ReentrantLock();
        Contender.Committer change = () -> change(map, entries, applying);
        double changes = perSecond(change, options.seconds());
        Frozen frozen = Frozen.of(map, change, applying, filled, entries);
        if (map.get(0) == null) {
            throw new IllegalStateException("Account 0 is not in the map any more");
        }
        return new FreezingRound(
                (double) (filled - empty) / entries,
                reads,
                changes,
                frozen.freezeNanos / 1e6,
                frozen.changes / frozen.seconds,
                frozen.seconds,
                frozen.moreBytes / distinct(frozen.changes, entries));
    }

    private static void change(Freezable map, int entries, ReentrantLock applying) {
        long id = ThreadLocalRandom.current().nextInt(entries);
        Account changed = Account.of(id).plus(1);
        applying.lock();
        try {
            map.put(id, changed);
        } finally {
            applying.unlock();
        }
    }

    private static double perSecond(Contender.Committer action, Duration time) throws IOException {
        TimedCalls calls;
        long start = System.nanoTime();
        try (Looping loop = new Looping()) {
            calls = loop.start(action);
            LockSupport.parkNanos(time.toNanos());
        }
        return calls.count() / ((System.nanoTime() - start) / 1e9);
    }

    /** How many different keys so many changes of random ones are likely to have hit. */
    private static double distinct(long changes, int entries) {
        return entries * (1 - Math.exp(-(double) changes / entries));
    }

    private record Frozen(long freezeNanos, long changes, double seconds, long moreBytes) {
        private static Frozen of(
                Freezable map, Contender.Committer change, ReentrantLock applying, long filled, int entries)
                throws IOException {
            TimedCalls calls;
            Freezable.View view;
            long begin;
            long frozen;
            long end;
            long changes;
            try (Looping loop = new Looping()) {
                calls = loop.start(change);
                applying.lock();
                try {
                    begin = System.nanoTime();
                    view = map.freeze();
                    frozen = System.nanoTime();
                } finally {
                    applying.unlock();
                }
                long before = calls.count();
                long[] bytes = new long[1];
                view.forEach((key, account) -> bytes[0] += account.toBytes().length);
                end = System.nanoTime();
                changes = calls.count() - before;
                if (bytes[0] < entries) {
                    throw new IllegalStateException(
                            "The view showed " + bytes[0] + " bytes of " + entries + " accounts");
                }
            }
            long more = HeapUse.bytes() - filled;
            view.close();
            return new Frozen(frozen - begin, changes, (end - frozen) / 1e9, more);
        }
    }

    static FreezingRound median(List<FreezingRound> all) {
        return new FreezingRound(
                median(all, FreezingRound::entryBytes),
                median(all, FreezingRound::reads),
                median(all, FreezingRound::changes),
                median(all, FreezingRound::freezeMillis),
                median(all, FreezingRound::changesFrozen),
                median(all, FreezingRound::writeSeconds),
                median(all, FreezingRound::moreBytes));
    }

    private static double median(List<FreezingRound> all, ToDoubleFunction<FreezingRound> figure) {
        return Figures.median(all.stream().mapToDouble(figure).toArray());
    }
}
