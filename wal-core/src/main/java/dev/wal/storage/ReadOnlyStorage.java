package dev.wal.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** {@link Storage} in a directory of the default file system that belongs to somebody else. */
final class ReadOnlyStorage extends StorageToRead {
    ReadOnlyStorage(Path directory) {
        super(new FileStorage(directory));
    }

    @Override
    public StorageFile open(String name) throws IOException {
        return new DirectFile(directory().resolve(name), StandardOpenOption.READ);
    }
}
