package dev.wal.storage;

import java.io.IOException;
import java.nio.file.Path;

/** {@link Storage} in a directory of the default file system that belongs to somebody else. */
final class ReadOnlyStorage extends StorageToRead {
    private final FileStorage files;

    ReadOnlyStorage(Path directory) {
        this(new FileStorage(directory));
    }

    private ReadOnlyStorage(FileStorage files) {
        super(files);
        this.files = files;
    }

    @Override
    public StorageFile open(String name) throws IOException {
        return files.openToRead(name);
    }
}
