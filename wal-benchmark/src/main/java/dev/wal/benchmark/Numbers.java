package dev.wal.benchmark;

import java.util.Locale;

/** Numbers as people read them in a table. */
final class Numbers {
    static final String NONE = "–";

    private Numbers() {}

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String count(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** About three digits, whatever the size; a dash for none. */
    static String figure(double value) {
        if (Double.isNaN(value)) {
            return NONE;
        }
        return value >= 100 || value == Math.rint(value) ? count(value) : value >= 1 ? decimal(value) : share(value);
    }

    /** Three digits behind the point: shares far below 1. */
    static String share(double value) {
        return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%.3f", value);
    }
}
