package dev.wal;

import dev.wal.common.Durability;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalObserver;
import dev.wal.log.LogSettings;
import dev.wal.log.LogThreads;
import dev.wal.record.WalRecord;
import dev.wal.segment.SegmentFormat;
import dev.wal.storage.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** How a log is opened. Immutable, and checked when built. */
public final class WalOptions {
    private final Storage storage;
    private final int partitions;
    private final Durability durability;
    private final RecoveryMode recoveryMode;
    private final int segmentSize;
    private final int maxTransactionSize;
    private final long maxDisk;
    private final Duration lockWait;
    private final WalObserver observer;
    private final Clock clock;
    private final InDoubtResolver inDoubtResolver;
    private final long maxRetainedForConsumers;

    private WalOptions(Builder builder) {
        this.storage = builder.storage;
        this.partitions = builder.partitions;
        this.durability = builder.durability;
        this.recoveryMode = builder.recoveryMode;
        this.segmentSize = (int) builder.segmentSize;
        this.maxTransactionSize = (int) builder.maxTransactionSize;
        this.maxDisk = builder.maxDisk;
        this.lockWait = builder.lockWait;
        this.observer = builder.observer;
        this.clock = builder.clock;
        this.inDoubtResolver = builder.inDoubtResolver;
        this.maxRetainedForConsumers = builder.maxRetainedForConsumers;
    }

    /** Options for the log in a directory, which is created if it is missing. */
    public static Builder builder(Path directory) {
        return new Builder(Storage.of(directory));
    }

    public Storage storage() {
        return storage;
    }

    public int partitions() {
        return partitions;
    }

    public Durability durability() {
        return durability;
    }

    public RecoveryMode recoveryMode() {
        return recoveryMode;
    }

    public int segmentSize() {
        return segmentSize;
    }

    public int maxTransactionSize() {
        return maxTransactionSize;
    }

    /** {@link Long#MAX_VALUE} for no limit. */
    public long maxDisk() {
        return maxDisk;
    }

    public Duration lockWait() {
        return lockWait;
    }

    public WalObserver observer() {
        return observer;
    }

    public Clock clock() {
        return clock;
    }

    public InDoubtResolver inDoubtResolver() {
        return inDoubtResolver;
    }

    public long maxRetainedForConsumers() {
        return maxRetainedForConsumers;
    }

    LogSettings logSettings(LongSupplier nanoTime, Function<String, LogThreads> threads) {
        return new LogSettings(
                segmentSize,
                maxDisk,
                durability,
                observer,
                () -> Checkpointer.micros(clock.instant()),
                nanoTime,
                threads);
    }

    /** Collects options; see each method for its default. For one thread. */
    public static final class Builder {
        private Storage storage;
        private int partitions = 4;
        private Durability durability = Durability.groupCommit();
        private RecoveryMode recoveryMode = RecoveryMode.TOLERATE_TORN_TAIL;
        private long segmentSize = 64L << 20;
        private long maxTransactionSize = 8L << 20;
        private long maxDisk = Long.MAX_VALUE;
        private Duration lockWait = Duration.ZERO;
        private WalObserver observer = WalObserver.NONE;
        private Clock clock = Clock.systemUTC();
        private InDoubtResolver inDoubtResolver = InDoubtResolver.LEAVE;
        private long maxRetainedForConsumers = 1L << 30;

        private Builder(Storage storage) {
            this.storage = storage;
        }

        /** Number of partitions, 1 to 65,535; fixed when the log is created. Default 4. */
        public Builder partitions(int number) {
            this.partitions = number;
            return this;
        }

        /** Default {@link Durability#groupCommit()}. */
        public Builder durability(Durability level) {
            this.durability = Objects.requireNonNull(level, "level");
            return this;
        }

        /** Default {@link RecoveryMode#TOLERATE_TORN_TAIL}. */
        public Builder recoveryMode(RecoveryMode mode) {
            this.recoveryMode = Objects.requireNonNull(mode, "mode");
            return this;
        }

        /** Bytes of the segments that are made from now on: 16 KiB to 1 GiB, a multiple of 4 KiB. Default 64 MiB. */
        public Builder segmentSize(long bytes) {
            this.segmentSize = bytes;
            return this;
        }

        /**
         * Bytes of a transaction that stay in memory, at least 1 KiB: a larger transaction is written to the log in parts before its boundary. All open transactions together
         * keep at most eight times as much, and 2 KiB each. Default 8 MiB.
         */
        public Builder maxTransactionSize(long bytes) {
            this.maxTransactionSize = bytes;
            return this;
        }

        /**
         * Bytes that segments, snapshots and kept bytes may take for another segment to be made: at least two segments. Where it would take them over the
         * limit, commits that need it throw {@link dev.wal.common.WalSpaceException}, until a checkpoint has dropped segments, or the log is opened with a higher limit.
         * Each segment has room in reserve for checkpoints, whose snapshots may exceed the limit. Default none.
         */
        public Builder maxDisk(long bytes) {
            this.maxDisk = bytes;
            return this;
        }

        /** How long to wait for another owner of the directory to let go. Default zero. */
        public Builder lockWait(Duration wait) {
            this.lockWait = Objects.requireNonNull(wait, "wait");
            return this;
        }

        /** Sees what the log does. Default nobody. */
        public Builder observer(WalObserver newObserver) {
            this.observer = Objects.requireNonNull(newObserver, "newObserver");
            return this;
        }

        /** Gives the times of commits, which never go backwards even if the clock does. Default the system's. */
        public Builder clock(Clock newClock) {
            this.clock = Objects.requireNonNull(newClock, "newClock");
            return this;
        }

        /** Decides at open about transactions that were prepared and got no outcome. Default leaves them in doubt. */
        public Builder inDoubtResolver(InDoubtResolver resolver) {
            this.inDoubtResolver = Objects.requireNonNull(resolver, "resolver");
            return this;
        }

        /**
         * Most bytes of segments that are kept, beside what checkpoints need, because consumers have not acknowledged them. What is older is dropped, and the consumer gets {@link
         * dev.wal.common.WalOvertakenException}. Not negative. Default 1 GiB.
         */
        public Builder maxRetainedForConsumers(long bytes) {
            this.maxRetainedForConsumers = bytes;
            return this;
        }

        /** Replaces the files of the directory, for tests that make disks fail. */
        public Builder storage(Storage newStorage) {
            this.storage = Objects.requireNonNull(newStorage, "newStorage");
            return this;
        }

        /** @throws IllegalArgumentException if an option is out of its range */
        public WalOptions build() {
            if (partitions < 1 || partitions > WalRecord.MAX_PARTITIONS) {
                throw new IllegalArgumentException(
                        "partitions must be from 1 to " + WalRecord.MAX_PARTITIONS + ", not " + partitions);
            }
            if (segmentSize < SegmentFormat.MIN_SIZE
                    || segmentSize > SegmentFormat.MAX_SIZE
                    || segmentSize % SegmentFormat.HEADER_SIZE != 0) {
                throw new IllegalArgumentException("segmentSize must be from " + SegmentFormat.MIN_SIZE + " to "
                        + SegmentFormat.MAX_SIZE + " bytes and a multiple of " + SegmentFormat.HEADER_SIZE + ", not "
                        + segmentSize);
            }
            if (maxTransactionSize < 1024 || maxTransactionSize > SegmentFormat.MAX_SIZE) {
                throw new IllegalArgumentException("maxTransactionSize must be from 1024 to " + SegmentFormat.MAX_SIZE
                        + " bytes, not " + maxTransactionSize);
            }
            if (maxDisk < 2 * segmentSize) {
                throw new IllegalArgumentException(
                        "maxDisk must be at least two segments, that is " + 2 * segmentSize + " bytes, not " + maxDisk);
            }
            if (recoveryMode == RecoveryMode.SALVAGE) {
                throw new IllegalArgumentException("A log cannot be opened for writing in mode SALVAGE, which reads on"
                        + " behind damage. The tool wal-cli does that: `wal-cli salvage SOURCE TARGET` copies what is readable"
                        + " into a new log, which can be opened.");
            }
            if (maxRetainedForConsumers < 0) {
                throw new IllegalArgumentException(
                        "maxRetainedForConsumers must not be negative, but is " + maxRetainedForConsumers);
            }
            if (lockWait.isNegative()) {
                throw new IllegalArgumentException("lockWait must not be negative, but is " + lockWait);
            }
            return new WalOptions(this);
        }
    }
}
