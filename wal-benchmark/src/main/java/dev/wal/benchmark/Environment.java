package dev.wal.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

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

    /** What the heap is like. */
    static void printMemory(PrintStream out) {
        out.println("Heap of at most " + Numbers.count(Runtime.getRuntime().maxMemory() >> 20) + " MiB, collectors: "
                + collectors() + ".");
        out.println();
    }

    static String collectors() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(", "));
    }

    private static String property(String name) {
        return System.getProperty(name, "?");
    }
}
