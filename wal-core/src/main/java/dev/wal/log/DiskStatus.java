package dev.wal.log;

import org.jspecify.annotations.Nullable;

/**
 * The disk space of a log at a moment.
 *
 * @param bytes that its segments, snapshots and kept bytes take, −1 if that cannot be found out
 * @param spareBytes of these, of segments that hold nothing: the next one and those that will be used again
 * @param limit of these bytes, {@link Long#MAX_VALUE} for none
 * @param failure why the next segment could not be made, null if it is there or being made
 * @param refusing whether a commit was refused for that
 */
public record DiskStatus(
        long bytes, long spareBytes, long limit, @Nullable Throwable failure, boolean refusing) {}
