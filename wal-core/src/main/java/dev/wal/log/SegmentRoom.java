package dev.wal.log;

import dev.wal.segment.FrameFormat;
import dev.wal.segment.SegmentFormat;
import dev.wal.segment.SegmentHeader;

/**
 * How the room of a segment is shared out: frames first; behind them a reserve for a few checkpoints of all partitions; then the seal. Where no further
 * segment can be made, a checkpoint must still find room, because it is what makes room.
 */
final class SegmentRoom {
    private static final int CHECKPOINTS = 4;
    private static final int MAX_SHARE = 8;

    /** What a Checkpoint record and its entry take. */
    private static final int CHECKPOINT_SIZE = 48;

    private SegmentRoom() {}

    /** Position behind the room for frames. */
    static long framesEnd(SegmentHeader segment, int partitions) {
        return reserveEnd(segment) - reserve(segment.size(), partitions);
    }

    /** Position behind that part of the reserve which outcomes may use: one checkpoint of all partitions, or half of the reserve, is left. */
    static long outcomesEnd(SegmentHeader segment, int partitions) {
        int reserve = reserve(segment.size(), partitions);
        return reserveEnd(segment) - Math.min(reserve / 2, checkpointSize(partitions));
    }

    /** Position behind the reserve. */
    static long reserveEnd(SegmentHeader segment) {
        return segment.endPosition() - FrameFormat.HEADER_SIZE;
    }

    /** Bytes of the largest frame that may use the reserve. */
    static int maxReserveFrameSize(int segmentSize) {
        return segmentSize - SegmentFormat.HEADER_SIZE - FrameFormat.HEADER_SIZE;
    }

    /** Bytes of the largest frame that may use the part of the reserve that is for outcomes. */
    static int maxOutcomeFrameSize(int segmentSize, int partitions) {
        return maxReserveFrameSize(segmentSize)
                - Math.min(reserve(segmentSize, partitions) / 2, checkpointSize(partitions));
    }

    /** Bytes of the largest other frame. */
    static int maxFrameSize(int segmentSize, int partitions) {
        return maxReserveFrameSize(segmentSize) - reserve(segmentSize, partitions);
    }

    private static int reserve(int segmentSize, int partitions) {
        return Math.min(segmentSize / MAX_SHARE, CHECKPOINTS * checkpointSize(partitions));
    }

    private static int checkpointSize(int partitions) {
        return FrameFormat.HEADER_SIZE + partitions * CHECKPOINT_SIZE;
    }
}
