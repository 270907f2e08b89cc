package dev.wal.segment;

import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A segment that is open for writing. Safe for use by several threads. */
public final class Segment implements Closeable {
    /**
     * Zeros are written in small pieces: ext4 on a current Linux keeps together what one call wrote, in its page cache, and looks at all of it whenever a
     * few bytes of it change.
     */
    private static final int WRITTEN_AT_ONCE = 64 << 10;

    /** A force of the log stands in line behind that of a segment that is being made, so that a commit waits for about so many zeros at most. */
    private static final int FORCED_AT_ONCE = 8 << 20;

    private final SegmentHeader header;
    private final StorageFile file;

    private Segment(SegmentHeader header, StorageFile file) {
        this.header = header;
        this.file = file;
    }

    /**
     * Makes a segment of zeros, aside, forces it, and only then gives it its name, so that a segment file that exists is whole. Writing the
     * zeros makes the file system allocate its blocks now: a later force has no metadata to write, and a full disk shows here.
     */
    public static Segment create(Storage storage, SegmentHeader header) throws IOException {
        String name = header.fileName();
        String temporary = FileNames.temporary(name);
        StorageFile file = storage.create(temporary);
        String made = temporary;
        try {
            fill(file, header);
            file.force();
            refuseToReplace(storage, name);
            storage.rename(temporary, name);
            made = name;
            storage.forceDirectory();
            return new Segment(header, file);
        } catch (Throwable e) {
            file.close();
            try {
                storage.delete(made);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /**
     * Makes a segment of the file of one that is no longer needed, which must have the same size: a new header, and zeros where the first frame goes. What is behind stays, and can never be taken for frames of
     * this segment, because each frame names its own position.
     *
     * @param obsolete name of the file, which {@link Storage#delete} would remove as well
     */
    public static Segment recycle(Storage storage, String obsolete, SegmentHeader header) throws IOException {
        StorageFile file = storage.open(obsolete);
        boolean renamed = false;
        try {
            ByteBuffer first = ByteBuffer.allocateDirect(SegmentFormat.HEADER_SIZE + FrameFormat.HEADER_SIZE);
            SegmentFormat.encode(header, first);
            file.write(first, 0);
            file.force();
            refuseToReplace(storage, header.fileName());
            storage.rename(obsolete, header.fileName());
            renamed = true;
            storage.forceDirectory();
            return new Segment(header, file);
        } catch (Throwable e) {
            file.close();
            if (renamed) {
                storage.delete(header.fileName());
            }
            throw e;
        }
    }

    /** Renaming would replace a segment in silence. */
    private static void refuseToReplace(Storage storage, String name) throws IOException {
        if (storage.list().contains(name)) {
            throw new IOException("Segment " + storage.directory().resolve(name) + " exists already");
        }
    }

    private static void fill(StorageFile file, SegmentHeader header) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(WRITTEN_AT_ONCE, header.size()));
        for (long offset = 0; offset < header.size(); offset += zeros.capacity()) {
            if (offset > 0 && offset % FORCED_AT_ONCE == 0) {
                file.force();
            }
            zeros.clear().limit((int) Math.min(zeros.capacity(), header.size() - offset));
            file.write(zeros, offset);
        }
        ByteBuffer first = ByteBuffer.allocateDirect(SegmentFormat.HEADER_SIZE);
        SegmentFormat.encode(header, first);
        file.write(first, 0);
    }

    /** Opens an existing segment for writing. */
    public static Segment open(Storage storage, SegmentHeader header) throws IOException {
        return new Segment(header, storage.open(header.fileName()));
    }

    /**
     * Reads the header of a segment file, and checks every byte of it.
     *
     * @throws dev.wal.common.WalCorruptedException if it is damaged
     * @throws dev.wal.common.WalFormatException if another version wrote it
     */
    public static SegmentHeader readHeader(Storage storage, String name) throws IOException {
        String path = storage.directory().resolve(name).toString();
        ByteBuffer page = readHeaderPage(storage, name);
        SegmentHeader header = SegmentFormat.decode(page, path);
        SegmentFormat.checkZeros(page, path);
        return header;
    }

    /**
     * Reads the header of a segment file, of which nothing but its fields has to be as it was written.
     *
     * @throws dev.wal.common.WalCorruptedException if a field is damaged
     * @throws dev.wal.common.WalFormatException if another version wrote it
     */
    public static SegmentHeader readHeaderFields(Storage storage, String name) throws IOException {
        return SegmentFormat.decode(
                readHeaderPage(storage, name), storage.directory().resolve(name).toString());
    }

    private static ByteBuffer readHeaderPage(Storage storage, String name) throws IOException {
        try (StorageFile file = storage.open(name)) {
            ByteBuffer page = ByteBuffer.allocateDirect(SegmentFormat.HEADER_SIZE);
            file.read(page, 0);
            return page.flip();
        }
    }

    public SegmentHeader header() {
        return header;
    }

    /** The file, for reading and repair. */
    public StorageFile file() {
        return file;
    }

    /** Writes bytes at a position of the log that lies in this segment. */
    public void write(ByteBuffer bytes, long position) throws IOException {
        file.write(bytes, position - header.basePosition());
    }

    public void force() throws IOException {
        file.force();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
