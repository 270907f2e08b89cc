package dev.wal.log;

import dev.wal.segment.SegmentHeader;
import java.util.List;

/**
 * The log at a moment.
 *
 * @param appended position behind the last batch
 * @param durable position below which all is forced
 * @param nextLsns LSN of the next record of each partition
 * @param durableNextLsns LSN behind the last record of each partition that is forced
 * @param segments oldest first, the one that is appended to last
 */
public record LogStatus(
        long appended,
        long durable,
        PartitionLsns nextLsns,
        PartitionLsns durableNextLsns,
        List<SegmentHeader> segments) {}
