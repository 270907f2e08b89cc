package dev.wal;

import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.Durability;
import dev.wal.log.DiskStatus;
import dev.wal.log.Log;
import dev.wal.log.LogStatus;
import dev.wal.segment.SegmentHeader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * A log at a moment.
 *
 * @param directory absolute
 * @param state whether it takes commits
 * @param failure what ended it, if it failed
 * @param durability level of its commits
 * @param position behind the last batch
 * @param durableMark position below which all is forced
 * @param waitingCommits commits that wait for the next force
 * @param segments number of segments with batches
 * @param bytes of these segments
 * @param disk what the log takes of the disk, and whether there is enough
 * @param partitions one for each partition
 */
public record WalStatus(
        Path directory,
        State state,
        Optional<Throwable> failure,
        Durability durability,
        long position,
        long durableMark,
        int waitingCommits,
        int segments,
        long bytes,
        Disk disk,
        List<Partition> partitions) {

    /** Whether a log takes commits. */
    public enum State {
        OPEN,
        FAILED,
        CLOSED
    }

    /**
     * @param bytes that segments, snapshots and kept bytes take, −1 if that cannot be found out
     * @param spareBytes of these, of segments that hold nothing: the next one and those that will be used again
     * @param limit see {@link WalOptions.Builder#maxDisk(long)}; empty for none
     * @param failure why the next segment could not be made; empty if it is there or being made
     * @param refusing whether a commit was refused for want of a segment, and none could be made since
     */
    public record Disk(long bytes, long spareBytes, OptionalLong limit, Optional<Throwable> failure, boolean refusing) {
        static Disk of(DiskStatus status) {
            return new Disk(
                    status.bytes(),
                    status.spareBytes(),
                    status.limit() == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(status.limit()),
                    Optional.ofNullable(status.failure()),
                    status.refusing());
        }
    }

    /**
     * @param partition number of the partition
     * @param appendedLsn of its last record, −1 for none
     * @param durableLsn of its last record that is forced, −1 for none
     * @param checkpointLsn all records below it are kept elsewhere, −1 for none
     */
    public record Partition(int partition, long appendedLsn, long durableLsn, long checkpointLsn) {}

    public WalStatus {
        partitions = List.copyOf(partitions);
    }

    static WalStatus of(
            Path directory, Durability durability, Log log, boolean closed, List<PartitionCheckpoint> checkpoints) {
        LogStatus status = log.status();
        List<Partition> partitions = IntStream.range(0, checkpoints.size())
                .mapToObj(i -> new Partition(
                        i,
                        status.nextLsns().of(i) - 1,
                        status.durableNextLsns().of(i) - 1,
                        checkpoints.get(i).lsn()))
                .toList();
        Throwable failure = log.failure();
        return new WalStatus(
                directory,
                failure != null ? State.FAILED : closed ? State.CLOSED : State.OPEN,
                Optional.ofNullable(failure),
                durability,
                status.appended(),
                status.durable(),
                log.waitingCommits(),
                status.segments().size(),
                status.segments().stream().mapToLong(SegmentHeader::size).sum(),
                Disk.of(log.diskStatus()),
                partitions);
    }
}
