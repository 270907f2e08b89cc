package dev.wal.spring.boot.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/** Directories that come and go with what uses them. */
final class TemporaryDirectories {
    private TemporaryDirectories() {}

    static Path create() {
        try {
            return Files.createTempDirectory("wal-test-").toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("No temporary directory for a log could be made", e);
        }
    }

    static void delete(Path directory) {
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("The temporary directory " + directory + " could not be deleted", e);
        }
    }
}
