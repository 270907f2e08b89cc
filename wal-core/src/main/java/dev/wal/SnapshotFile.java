package dev.wal;

import dev.wal.storage.Storage;

/**
 * A snapshot of one partition, to be written or read.
 *
 * @param storage where the file is
 * @param name of the file
 * @param logId id of the log
 * @param partition number of the partition
 * @param lsn all records of the partition below it are in the snapshot
 * @param position all commits before it are in the snapshot
 * @param timeMicros when it was frozen, in microseconds since 1970
 */
public record SnapshotFile(
        Storage storage, String name, long logId, int partition, long lsn, long position, long timeMicros) {}
