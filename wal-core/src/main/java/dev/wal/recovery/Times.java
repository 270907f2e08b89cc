package dev.wal.recovery;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times in microseconds since 1970. */
final class Times {
    private Times() {}

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
    }
}
