package dev.wal.spring.boot.autoconfigure;

import dev.wal.CheckpointSchedule;
import dev.wal.common.Durability;
import dev.wal.common.RecoveryMode;
import dev.wal.spring.transaction.TransactionJoin;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the log.
 *
 * @param directory Directory of the log, resolved to an absolute path. One instance owns it
 * @param partitions Number of partitions, fixed when the log is created
 * @param maxDisk Most bytes that segments, snapshots and kept torn bytes may take for another segment to be made. Unlimited by default
 * @param lockWait How long to wait for another owner of the directory to let go
 */
@ConfigurationProperties("wal")
public record WalProperties(
        @DefaultValue("./data/wal") String directory,
        @DefaultValue("4") int partitions,
        @Nullable DataSize maxDisk,
        @DefaultValue("0s") Duration lockWait,
        @DefaultValue DurabilityProperties durability,
        @DefaultValue SegmentProperties segment,
        @DefaultValue RecoveryProperties recovery,
        @DefaultValue TransactionProperties transaction,
        @DefaultValue MapProperties map,
        @DefaultValue CheckpointProperties checkpoint) {

    /** Level of durability. */
    public enum Level {
        /** Forces before each commit returns. */
        SYNCHRONOUS,
        /** Forces before each commit returns, sharing a force among concurrent commits. */
        GROUP_COMMIT,
        /** Forces in the background. */
        PERIODIC,
        /** Leaves forcing to the operating system. */
        NO_SYNC
    }

    /** What opening a damaged log does. */
    public enum Mode {
        /** Refuses any damage, even a torn write at the end. */
        STRICT,
        /** Cuts a torn write at the end, keeping it aside; refuses corruption. */
        TOLERATE_TORN_TAIL,
        /** Cuts the log at the first damage, keeping the rest aside. */
        STOP_AT_DAMAGE
    }

    /**
     * @param level What an acknowledged commit survives
     * @param maxBatchSize Records in a group commit after which gathering ends
     * @param maxWait Longest time that gathering a group commit may take
     * @param interval Longest time between forces of a periodic log
     */
    public record DurabilityProperties(
            @DefaultValue("group-commit") Level level,
            @DefaultValue("1000") int maxBatchSize,
            @DefaultValue("1ms") Duration maxWait,
            @DefaultValue("100ms") Duration interval) {

        Durability toDurability() {
            return switch (level) {
                case SYNCHRONOUS -> Durability.synchronous();
                case GROUP_COMMIT -> Durability.groupCommit(maxBatchSize, maxWait);
                case PERIODIC -> Durability.periodic(interval);
                case NO_SYNC -> Durability.noSync();
            };
        }
    }

    /**
     * @param size Size of the segments that are made from now on
     */
    public record SegmentProperties(@DefaultValue("64MB") DataSize size) {}

    /**
     * @param mode What opening a damaged log does
     */
    public record RecoveryProperties(
            @DefaultValue("tolerate-torn-tail") Mode mode) {

        RecoveryMode toMode() {
            return RecoveryMode.valueOf(mode.name());
        }
    }

    /**
     * @param maxSize Bytes of a transaction that stay in memory; a larger one is written to the log in parts before it commits
     * @param join What becomes of a write to the log inside a transaction of another manager, as of a database
     */
    public record TransactionProperties(
            @DefaultValue("8MB") DataSize maxSize,
            @DefaultValue("none") TransactionJoin join) {}

    /**
     * @param lockTimeout How long a transaction waits for the lock of a key of a DurableMap
     * @param detectChangesInPlace Whether reads of a DurableMap find values that were changed in place after their commit. For tests: takes memory and time
     */
    public record MapProperties(
            @DefaultValue("5s") Duration lockTimeout,
            @DefaultValue("false") boolean detectChangesInPlace) {}

    /**
     * @param maxLogSize About how many bytes of log there may be; a checkpoint is taken when half as much has been written since the last. 0 for any number
     * @param interval Time after which a checkpoint is taken if anything was committed since the last, at least a second. Off by default
     * @param onShutdown Whether a checkpoint is taken when the application stops, if anything was committed since the last
     */
    public record CheckpointProperties(
            @DefaultValue("256MB") DataSize maxLogSize,
            @Nullable Duration interval,
            @DefaultValue("true") boolean onShutdown) {

        CheckpointSchedule toSchedule() {
            return new CheckpointSchedule(maxLogSize.toBytes(), interval, onShutdown);
        }
    }
}
