package dev.wal.checkpoint;

import dev.wal.common.WalCorruptedException;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads the manifest of a directory, and replaces it as a whole. */
public final class ManifestStore {
    private static final int MAX_SIZE = 64 << 20;

    private final Storage storage;

    public ManifestStore(Storage storage) {
        this.storage = storage;
    }

    /**
     * Reads the manifest, or nothing if there is none.
     *
     * @throws WalCorruptedException if it is damaged
     * @throws dev.wal.common.WalFormatException if a later version wrote it
     */
    public Optional<Manifest> read() throws IOException {
        // Not by a list: a directory in which files are renamed is not listed in one moment.
        if (storage.size(FileNames.MANIFEST) < 0) {
            return Optional.empty();
        }
        String path = storage.directory().resolve(FileNames.MANIFEST).toString();
        try (StorageFile file = storage.open(FileNames.MANIFEST)) {
            long size = file.size();
            if (size > MAX_SIZE) {
                throw new WalCorruptedException("Manifest " + path + " is damaged: " + size + " bytes are too many");
            }
            ByteBuffer bytes = ByteBuffer.allocateDirect((int) size);
            file.read(bytes, 0);
            return Optional.of(ManifestFormat.decode(bytes.flip(), path));
        }
    }

    /** Replaces the manifest: written aside, forced, renamed, and the directory forced. */
    public void write(Manifest manifest) throws IOException {
        new WholeFile(storage, FileNames.MANIFEST).replace(ManifestFormat.encode(manifest));
    }
}
