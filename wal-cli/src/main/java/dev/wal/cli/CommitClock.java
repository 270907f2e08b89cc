package dev.wal.cli;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** A clock that stands at the commit time of the transaction that is being written. Safe for use by several threads. */
final class CommitClock extends Clock {
    private volatile long micros;

    void set(long newMicros) {
        micros = newMicros;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
