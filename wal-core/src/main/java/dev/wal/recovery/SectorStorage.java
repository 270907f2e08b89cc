package dev.wal.recovery;

import dev.wal.log.UnreadableRange;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import dev.wal.storage.StorageToRead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads segments from a disk that does not give back all of their bytes. What fails is read once more in blocks; of a block that fails again, bytes are made up that are neither a frame nor the zeros of a place that was never written,
 * and it is reported, once. For one thread.
 */
final class SectorStorage extends StorageToRead {
    private static final int BLOCK_SIZE = 4096;
    private static final byte MADE_UP = (byte) 0xFF;

    private final Consumer<UnreadableRange> unreadable;
    private final Set<Block> reported = new HashSet<>();

    private record Block(String file, long offset) {}

    SectorStorage(Storage storage, Consumer<UnreadableRange> unreadable) {
        super(storage);
        this.unreadable = unreadable;
    }

    /** Whether there was such a block. */
    boolean hasFailed() {
        return !reported.isEmpty();
    }

    @Override
    public StorageFile open(String name) throws IOException {
        StorageFile file = super.open(name);
        return FileNames.segmentNumber(name).isPresent() ? new InBlocks(name, file) : file;
    }

    private final class InBlocks implements StorageFile {
        private final String name;
        private final StorageFile file;

        private InBlocks(String name, StorageFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            int start = target.position();
            try {
                return file.read(target, offset);
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                target.position(start);
                return readBlocks(target, offset);
            }
        }

        private int readBlocks(ByteBuffer target, long offset) throws IOException {
            int start = target.position();
            int limit = target.limit();
            boolean more = true;
            while (more && target.position() < limit) {
                long at = offset + target.position() - start;
                int length = (int) Math.min(BLOCK_SIZE - at % BLOCK_SIZE, limit - target.position());
                target.limit(target.position() + length);
                more = readBlock(target, at) == length;
                target.limit(limit);
            }
            return target.position() - start;
        }

        private int readBlock(ByteBuffer target, long offset) throws IOException {
            int start = target.position();
            int length = target.remaining();
            try {
                return file.read(target, offset);
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                for (int i = 0; i < length; i++) {
                    target.put(start + i, MADE_UP);
                }
                target.position(start + length);
                report(offset - offset % BLOCK_SIZE, e);
                return length;
            }
        }

        private void report(long offset, IOException failure) {
            if (reported.add(new Block(name, offset))) {
                unreadable.accept(new UnreadableRange(
                        name,
                        offset,
                        -1,
                        BLOCK_SIZE,
                        "the disk does not give the bytes back: " + failure.getMessage()));
            }
        }

        @Override
        public void write(ByteBuffer source, long offset) {
            throw readOnly();
        }

        @Override
        public void force() {
            throw readOnly();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
