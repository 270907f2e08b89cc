package dev.wal.recovery;

import java.time.Instant;

/** Up to where a log is to be recovered. */
public sealed interface RecoveryTarget {

    /** All commits whose position is not higher. */
    static RecoveryTarget position(long position) {
        return new Position(position);
    }

    /** All commits whose time, as the log gave it, is not later; see {@link dev.wal.record.WalChange#commitTimeMicros()} for commits without a time of their own. */
    static RecoveryTarget time(Instant time) {
        return new Time(Times.micros(time));
    }

    /** Whether a batch is to be recovered; if one is not, none behind it is. */
    boolean includes(long position, long commitTimeMicros);

    /** @param position of the last commit */
    record Position(long position) implements RecoveryTarget {
        @Override
        public boolean includes(long ofBatch, long commitTimeMicros) {
            return ofBatch <= position;
        }

        @Override
        public String toString() {
            return "position " + position;
        }
    }

    /** @param micros of the last commit, since 1970 */
    record Time(long micros) implements RecoveryTarget {
        @Override
        public boolean includes(long ofBatch, long commitTimeMicros) {
            return commitTimeMicros <= micros;
        }

        @Override
        public String toString() {
            return "time " + Times.instant(micros);
        }
    }
}
