package dev.wal.log;

import dev.wal.common.WalSpaceException;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;

/** What the segments, snapshots and kept bytes of a log take, whatever their state, and how much they may. Safe for use by several threads. */
final class DiskUse {
    private static final long CHANGED = -1;

    private final Storage storage;
    private final long limit;

    /** @param limit {@link Long#MAX_VALUE} for none */
    DiskUse(Storage storage, long limit) {
        this.storage = storage;
        this.limit = limit;
    }

    long limit() {
        return limit;
    }

    long bytes() throws IOException {
        long bytes = tryBytes();
        while (bytes == CHANGED) {
            bytes = tryBytes();
        }
        return bytes;
    }

    private long tryBytes() throws IOException {
        long bytes = 0;
        for (String name : storage.list()) {
            if (FileNames.countsForDiskUse(name)) {
                long size = storage.size(name);
                if (size < 0) {
                    // It may have another name now, and must not be missed.
                    return CHANGED;
                }
                bytes += size;
            }
        }
        return bytes;
    }

    boolean hasRoomFor(long moreBytes) throws IOException {
        return limit == Long.MAX_VALUE || bytes() <= limit - moreBytes;
    }

    WalSpaceException exceeded(int segmentSize) throws IOException {
        return new WalSpaceException("The files of the log in " + storage.directory() + " take " + bytes()
                + " bytes; with a further segment of " + segmentSize + " bytes they would take more than the limit of "
                + limit + " bytes (max-disk). Nothing of this call was written. Take a checkpoint, which drops segments"
                + " that nobody needs any more, or raise the limit; the log accepts commits again by itself.");
    }
}
