package dev.wal.spring.boot.autoconfigure;

import dev.wal.CheckpointSchedule;
import dev.wal.record.WalRecord;
import dev.wal.segment.SegmentFormat;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Refuses values that no log can be opened with, before anything is touched. It names the property as it is written in a file, which the engine, that knows options and no
 * properties, cannot; Spring Boot's failure analysis adds where the value comes from.
 */
final class WalPropertiesCheck {
    private static final Duration LONGEST_GATHERING = Duration.ofMinutes(1);
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(1);
    /** In nanoseconds there are no longer ones. */
    private static final Duration LONGEST_WAIT = Duration.ofNanos(Long.MAX_VALUE);

    private static final DataSize SMALLEST_TRANSACTION = DataSize.ofKilobytes(1);

    private WalPropertiesCheck() {}

    /** @throws InvalidConfigurationPropertyValueException naming the first property whose value is out of its range */
    static void check(WalProperties properties) {
        require(
                isPath(properties.directory()),
                "wal.directory",
                properties.directory(),
                "It must be the path of a directory.");
        require(
                properties.partitions() >= 1 && properties.partitions() <= WalRecord.MAX_PARTITIONS,
                "wal.partitions",
                properties.partitions(),
                "A log has from 1 to " + WalRecord.MAX_PARTITIONS + " partitions.");
        requireWait("wal.lock-wait", properties.lockWait());
        requireWait("wal.map.lock-timeout", properties.map().lockTimeout());
        checkDurability(properties.durability());
        checkSizes(properties);
        checkCheckpoints(properties.checkpoint());
    }

    /** @throws InvalidConfigurationPropertyValueException naming the first property whose value is out of its range */
    static void check(WalListenerProperties properties) {
        require(
                properties.tries() >= 1,
                "wal.listener.tries",
                properties.tries(),
                "A change is handed over at least 1 time.");
        require(
                properties.firstWait().compareTo(Duration.ZERO) > 0
                        && properties.firstWait().compareTo(LONGEST_WAIT) <= 0,
                "wal.listener.first-wait",
                properties.firstWait(),
                "A wait between tries is longer than 0, and at most 292 years.");
        require(
                properties.waitMultiplier() >= 1 && properties.waitMultiplier() <= Double.MAX_VALUE,
                "wal.listener.wait-multiplier",
                properties.waitMultiplier(),
                "Waits do not become shorter: it is a number from 1 on.");
        require(
                properties.longestWait().compareTo(properties.firstWait()) >= 0
                        && properties.longestWait().compareTo(LONGEST_WAIT) <= 0,
                "wal.listener.longest-wait",
                properties.longestWait(),
                "It is at least wal.listener.first-wait, "
                        + properties.firstWait().toMillis() + " ms, and at most 292 years.");
        requireWait("wal.listener.stop-timeout", properties.stopTimeout());
        require(
                !properties.maxRetained().isNegative(),
                "wal.listener.max-retained",
                properties.maxRetained(),
                "A size cannot be negative.");
        DataSize maxLag = properties.maxLag();
        if (maxLag != null) {
            require(!maxLag.isNegative(), "wal.listener.max-lag", maxLag, "A size cannot be negative.");
        }
    }

    private static void checkCheckpoints(WalProperties.CheckpointProperties checkpoint) {
        long bytes = checkpoint.maxLogSize().toBytes();
        require(
                bytes == 0 || bytes >= CheckpointSchedule.MIN_LOG_SIZE,
                "wal.checkpoint.max-log-size",
                checkpoint.maxLogSize(),
                "It must be 0, for no limit, or at least " + CheckpointSchedule.MIN_LOG_SIZE + " bytes.");
        Duration interval = checkpoint.interval();
        if (interval != null) {
            require(
                    interval.compareTo(CheckpointSchedule.MIN_INTERVAL) >= 0 && interval.compareTo(LONGEST_WAIT) <= 0,
                    "wal.checkpoint.interval",
                    interval,
                    "It must be at least " + CheckpointSchedule.MIN_INTERVAL.toSeconds()
                            + " s, and at most 292 years; leave it out for no checkpoints by time.");
        }
    }

    private static boolean isPath(String directory) {
        try {
            return !Path.of(directory).toString().isBlank();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static void checkDurability(WalProperties.DurabilityProperties durability) {
        require(
                durability.maxBatchSize() >= 1,
                "wal.durability.max-batch-size",
                durability.maxBatchSize(),
                "A group has at least 1 record.");
        require(
                !durability.maxWait().isNegative() && durability.maxWait().compareTo(LONGEST_GATHERING) <= 0,
                "wal.durability.max-wait",
                durability.maxWait(),
                "Gathering a group takes from 0 s to 60 s.");
        require(
                durability.interval().compareTo(SHORTEST_INTERVAL) >= 0
                        && durability.interval().compareTo(LONGEST_WAIT) <= 0,
                "wal.durability.interval",
                durability.interval(),
                "An interval is at least 1 ms, and at most 292 years.");
    }

    private static void checkSizes(WalProperties properties) {
        long segment = properties.segment().size().toBytes();
        require(
                segment >= SegmentFormat.MIN_SIZE
                        && segment <= SegmentFormat.MAX_SIZE
                        && segment % SegmentFormat.HEADER_SIZE == 0,
                "wal.segment.size",
                properties.segment().size(),
                "A segment has from 16KB to 1GB, and a multiple of 4KB.");
        DataSize transaction = properties.transaction().maxSize();
        require(
                transaction.compareTo(SMALLEST_TRANSACTION) >= 0 && transaction.toBytes() <= SegmentFormat.MAX_SIZE,
                "wal.transaction.max-size",
                transaction,
                "A transaction keeps from 1KB to 1GB in memory.");
        DataSize maxDisk = properties.maxDisk();
        if (maxDisk != null) {
            require(
                    maxDisk.toBytes() >= 2 * segment,
                    "wal.max-disk",
                    maxDisk,
                    "A log needs at least two segments, here " + 2 * segment + "B (wal.segment.size is " + segment
                            + "B).");
        }
    }

    private static void requireWait(String property, Duration wait) {
        require(
                !wait.isNegative() && wait.compareTo(LONGEST_WAIT) <= 0,
                property,
                wait,
                "A time to wait cannot be negative, and is at most 292 years.");
    }

    private static void require(boolean valid, String property, Object value, String reason) {
        if (!valid) {
            throw new InvalidConfigurationPropertyValueException(property, value, reason);
        }
    }
}
