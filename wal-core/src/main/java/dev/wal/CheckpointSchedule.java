package dev.wal;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When {@link AutomaticCheckpoints} are taken. Immutable.
 *
 * @param maxLogSize about how many bytes of log there may be; 0 for any number. The log is kept back to the checkpoint before the last, so that one is taken whenever half as much has been
 *     written since the last. With a {@link WalOptions#maxDisk()}, no more than half of that. Where the segments are not small against this, they take up to two more than this says: they are dropped as a whole
 * @param interval time after which a checkpoint is taken if anything was committed since the last; null for never
 * @param atStop whether a last one is taken when they are stopped, if anything was committed since the last
 */
public record CheckpointSchedule(long maxLogSize, @Nullable Duration interval, boolean atStop) {
    /** Least {@link #maxLogSize}. */
    public static final long MIN_LOG_SIZE = 64 << 10;

    /** Least {@link #interval}. */
    public static final Duration MIN_INTERVAL = Duration.ofSeconds(1);

    private static final Duration MAX_INTERVAL = Duration.ofNanos(Long.MAX_VALUE);

    private static final CheckpointSchedule NEVER = new CheckpointSchedule(0, null, false);

    /** @throws IllegalArgumentException if a limit is out of its range */
    public CheckpointSchedule {
        if (maxLogSize != 0 && maxLogSize < MIN_LOG_SIZE) {
            throw new IllegalArgumentException(
                    "maxLogSize must be 0, for none, or at least " + MIN_LOG_SIZE + " bytes, not " + maxLogSize);
        }
        if (interval != null && interval.compareTo(MIN_INTERVAL) < 0) {
            throw new IllegalArgumentException(
                    "interval must be at least " + MIN_INTERVAL.toSeconds() + " s, not " + interval);
        }
        if (interval != null && interval.compareTo(MAX_INTERVAL) > 0) {
            throw new IllegalArgumentException("interval must be at most 292 years, not " + interval);
        }
    }

    /** Not at all. */
    public static CheckpointSchedule never() {
        return NEVER;
    }

    /**
     * With a limit to the size of the log, at least 64 KiB, or 0 for none. Not less than what a snapshot of the states takes, or more is written to snapshots than to the log.
     */
    public CheckpointSchedule withMaxLogSize(long bytes) {
        return new CheckpointSchedule(bytes, interval, atStop);
    }

    /** With an interval of at least a second, and at most 292 years. */
    public CheckpointSchedule withInterval(Duration newInterval) {
        return new CheckpointSchedule(maxLogSize, Objects.requireNonNull(newInterval, "newInterval"), atStop);
    }

    /** With a last one when they are stopped. */
    public CheckpointSchedule withOneAtStop() {
        return new CheckpointSchedule(maxLogSize, interval, true);
    }

    /** Whether any is taken while they run. */
    boolean runs() {
        return maxLogSize > 0 || interval != null;
    }
}
