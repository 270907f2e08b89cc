package dev.wal.log;

/**
 * What stays the same for as long as a log exists.
 *
 * @param logId random, never 0
 * @param partitions number of partitions
 */
public record LogIdentity(long logId, int partitions) {}
