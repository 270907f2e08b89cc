package dev.wal.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the figures were measured on. */
final class Environment {
    private Environment() {}

    static void print(Path directory, PrintStream out) throws IOException {
        FileStore store = Files.getFileStore(Directories.create(directory));
        out.println(property("os.name") + " " + property("os.version") + ", JDK " + property("java.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, file system " + store.type() + " ("
                + store.name() + ") at " + directory);
        out.println();
    }

    private static String property(String name) {
        return System.getProperty(name, "?");
    }
}
