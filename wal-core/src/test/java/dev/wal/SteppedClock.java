package dev.wal;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** Goes with the time of a simulation, and now and then backwards. */
final class SteppedClock extends Clock {
    private static final int CALLS_BETWEEN_STEPS_BACK = 7;
    private static final long STEP_BACK_MILLIS = 500;

    private final LongSupplier nanos;
    private long calls;

    SteppedClock(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        boolean back = ++calls % CALLS_BETWEEN_STEPS_BACK == 0;
        return Instant.ofEpochSecond(1_000_000, nanos.getAsLong()).minusMillis(back ? STEP_BACK_MILLIS : 0);
    }
}
