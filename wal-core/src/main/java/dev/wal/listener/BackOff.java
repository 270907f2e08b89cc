package dev.wal.listener;

import java.time.Duration;

/**
 * How long a listener waits before it tries again: longer each time, up to a limit.
 *
 * @param first wait, positive
 * @param multiplier of each further one, at least 1
 * @param longest wait, not shorter than the first
 */
public record BackOff(Duration first, double multiplier, Duration longest) {
    private static final Duration LIMIT = Duration.ofNanos(Long.MAX_VALUE);

    /** @throws IllegalArgumentException if a value is out of its range */
    public BackOff {
        if (first.isZero() || first.isNegative()) {
            throw new IllegalArgumentException("The first wait must be positive, but is " + first);
        }
        if (!(multiplier >= 1 && multiplier <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("multiplier must be a number from 1 on, but is " + multiplier);
        }
        if (longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "The longest wait must not be shorter than the first, " + first + ", but is " + longest);
        }
        if (longest.compareTo(LIMIT) > 0) {
            throw new IllegalArgumentException("The longest wait must be at most 292 years, but is " + longest);
        }
    }

    /** 100 ms, doubled each time, up to 30 s. */
    public static BackOff standard() {
        return new BackOff(Duration.ofMillis(100), 2, Duration.ofSeconds(30));
    }

    /** @param failures in a row, from 1 */
    long nanosAfter(int failures) {
        double nanos = first.toNanos() * Math.pow(multiplier, failures - 1.0);
        return nanos < longest.toNanos() ? (long) nanos : longest.toNanos();
    }
}
