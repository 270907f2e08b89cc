package dev.wal.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** Where a new log is made: under another name until it is complete, so that nobody takes half of it for all. */
final class TargetDirectory {
    private final Path target;
    private final Path incomplete;

    /** @throws RefusedException if there is something already */
    TargetDirectory(Path target) {
        this.target = target.toAbsolutePath().normalize();
        this.incomplete = this.target.resolveSibling(this.target.getFileName() + ".incomplete");
        try {
            refuseUnlessEmpty(this.target);
            refuseUnlessEmpty(incomplete);
        } catch (IOException e) {
            throw new UncheckedIOException("Directory " + this.target + " cannot be read: " + e, e);
        }
    }

    private static void refuseUnlessEmpty(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        boolean empty = false;
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                empty = files.findAny().isEmpty();
            }
        }
        if (!empty) {
            throw new RefusedException(
                    directory + " exists and is not an empty directory. Name another target, or remove it.");
        }
    }

    /** The directory to write to. */
    Path incomplete() {
        return incomplete;
    }

    /** Gives the directory its name. */
    void complete() {
        try {
            Files.deleteIfExists(target);
            Files.move(incomplete, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The new log is complete, but " + incomplete + " could not be renamed to " + target + ": " + e, e);
        }
    }

    /** Removes what was made, which nobody needs. Returns what is to be said about it: nothing, or where it is left. */
    String discard() {
        if (!Files.exists(incomplete)) {
            return "";
        }
        try (Stream<Path> files = Files.list(incomplete)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(incomplete);
            return "";
        } catch (IOException e) {
            return " What was copied until then is left in " + incomplete + ", and is not complete: remove it.";
        }
    }
}
