package dev.wal.log;

import dev.wal.common.WalSpaceException;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What the segments, snapshots and kept bytes of a log take, whatever their state, and how much they may. Safe for use by several threads. */
final class DiskUse {
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

    /**
     * What the files take at a moment.
     *
     * @param spare of all bytes, those of segments that hold nothing
     */
    record Bytes(long all, long spare) {}

    /** @param currentSegment number of the segment that is appended to; later ones hold nothing, as those that have no name of their own */
    Bytes bytes(int currentSegment) throws IOException {
        while (true) {
            Bytes bytes = tryBytes(currentSegment);
            if (bytes != null) {
                return bytes;
            }
        }
    }

    private @Nullable Bytes tryBytes(int currentSegment) throws IOException {
        long all = 0;
        long spare = 0;
        for (String name : storage.list()) {
            if (!FileNames.countsForDiskUse(name)) {
                continue;
            }
            long size = storage.size(name);
            if (size < 0) {
                // It may have another name now, and must not be missed.
                return null;
            }
            all += size;
            if (FileNames.segmentNumber(name).orElse(0) > currentSegment || FileNames.isTemporarySegment(name)) {
                spare += size;
            }
        }
        return new Bytes(all, spare);
    }

    private long bytes() throws IOException {
        return bytes(Integer.MAX_VALUE).all();
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
