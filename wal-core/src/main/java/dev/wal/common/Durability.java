package dev.wal.common;

import java.time.Duration;
import java.util.Objects;

/**
 * What an acknowledged commit survives. At every level the operating system has the commit's bytes, and all bytes
 * before them, when the commit returns, so that a killed process loses nothing; the levels differ in what a power cut may take.
 * Immutable.
 */
public sealed interface Durability {

    /** Forces before each commit returns, without waiting for others to share the force. */
    static Durability synchronous() {
        return Synchronous.INSTANCE;
    }

    /** {@link #groupCommit(int, Duration)} with groups of at most 1000 records and a wait of at most 1 ms. */
    static Durability groupCommit() {
        return GroupCommit.DEFAULT;
    }

    /**
     * Forces before each commit returns and shares a force among concurrent commits.
     *
     * @param maxBatchSize records in a group after which gathering ends, at least 1
     * @param maxWait longest time that gathering may take, from zero to a minute; a lone committer never waits
     */
    static Durability groupCommit(int maxBatchSize, Duration maxWait) {
        return new GroupCommit(maxBatchSize, maxWait);
    }

    /**
     * Forces in the background. A power cut takes the acknowledgements of at most one interval.
     *
     * @param interval at least 1 ms
     */
    static Durability periodic(Duration interval) {
        return new Periodic(interval);
    }

    /** Leaves forcing to the operating system. A power cut takes whatever it had not written back. */
    static Durability noSync() {
        return NoSync.INSTANCE;
    }

    /** Whether a commit returns only after a force that covers it. */
    default boolean forcesBeforeCommitReturns() {
        return this instanceof Synchronous || this instanceof GroupCommit;
    }

    /** See {@link Durability#synchronous()}. */
    enum Synchronous implements Durability {
        INSTANCE;

        @Override
        public String toString() {
            return "synchronous";
        }
    }

    /** See {@link Durability#groupCommit(int, Duration)}. */
    record GroupCommit(int maxBatchSize, Duration maxWait) implements Durability {
        private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
        static final GroupCommit DEFAULT = new GroupCommit(1000, Duration.ofMillis(1));

        public GroupCommit {
            if (maxBatchSize < 1) {
                throw new IllegalArgumentException("maxBatchSize must be at least 1, not " + maxBatchSize);
            }
            Objects.requireNonNull(maxWait, "maxWait");
            if (maxWait.isNegative() || maxWait.compareTo(LONGEST_WAIT) > 0) {
                throw new IllegalArgumentException(
                        "maxWait must be between zero and " + LONGEST_WAIT + ", but is " + maxWait);
            }
        }

        @Override
        public String toString() {
            return "group-commit";
        }
    }

    /** See {@link Durability#periodic(Duration)}. */
    record Periodic(Duration interval) implements Durability {
        public Periodic {
            Objects.requireNonNull(interval, "interval");
            if (interval.compareTo(Duration.ofMillis(1)) < 0) {
                throw new IllegalArgumentException("interval must be at least 1 ms, but is " + interval);
            }
        }

        @Override
        public String toString() {
            return "periodic";
        }
    }

    /** See {@link Durability#noSync()}. */
    enum NoSync implements Durability {
        INSTANCE;

        @Override
        public String toString() {
            return "no-sync";
        }
    }
}
