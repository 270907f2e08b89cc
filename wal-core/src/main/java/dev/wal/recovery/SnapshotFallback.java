package dev.wal.recovery;

/**
 * A snapshot that was damaged or missing when states were restored. Nothing was lost: an older one was used, and the log since.
 *
 * @param partition number of the partition
 * @param damaged name of the file that cannot be used
 * @param used name of the file that was used
 */
public record SnapshotFallback(int partition, String damaged, String used) {}
