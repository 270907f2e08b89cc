package dev.wal.checkpoint;

import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A small file that is read and replaced as a whole, so that a crash leaves the one before or the one after. */
record WholeFile(Storage storage, String name) {

    /**
     * Reads the file.
     *
     * @param most bytes that are read; what is behind them is left out
     */
    ByteBuffer read(int most) throws IOException {
        try (StorageFile file = storage.open(name)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect((int) Math.min(most, file.size()));
            file.read(bytes, 0);
            return bytes.flip();
        }
    }

    /** Writes the file aside, forces it, renames it, and forces the directory. */
    void replace(ByteBuffer content) throws IOException {
        String temporary = FileNames.temporary(name);
        try (StorageFile file = storage.create(temporary)) {
            file.write(content, 0);
            file.force();
        }
        storage.rename(temporary, name);
        storage.forceDirectory();
    }

    /** Deletes the file for good. */
    void delete() throws IOException {
        storage.delete(name);
        storage.forceDirectory();
    }

    /** For messages. */
    String path() {
        return storage.directory().resolve(name).toString();
    }
}
