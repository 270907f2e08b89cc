package dev.wal.benchmark;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the benchmark once more, in a JVM that has what peers need: Chronicle Queue reaches into the JDK, and Artemis looks for its part in C where the JVM was told at its start to look, while it ships it within a jar.
 */
final class PeerJvm {
    private static final String STARTED = "wal.benchmark.started";
    private static final String LIBRARY = "libartemis-native-64.so";
    private static final String RESOURCE = "/lib/linux-x86_64/" + LIBRARY;

    private PeerJvm() {}

    /** Whether this JVM is the one that has it. */
    static boolean isThis() {
        return Boolean.getBoolean(STARTED);
    }

    /** Runs a command line with the options of this JVM, and returns how it exited. */
    static int run(String... arguments) throws IOException {
        Path libraries = Files.createTempDirectory("wal-benchmark");
        try {
            unpack(libraries);
            Process process = new ProcessBuilder(ChildJvm.command(WalBenchmark.class, options(libraries), arguments))
                    .inheritIO()
                    .start();
            // Who ends this JVM means the other.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the benchmark ran", e);
        } finally {
            Directories.delete(libraries);
        }
    }

    private static List<String> options(Path libraries) {
        List<String> options =
                new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
        options.add("-D" + STARTED + "=true");
        options.add("-Djava.library.path=" + libraries + File.pathSeparator + System.getProperty("java.library.path"));
        return options;
    }

    /** Does nothing where that part is not there for this system: then the peer is missing. */
    private static void unpack(Path directory) throws IOException {
        try (InputStream library = PeerJvm.class.getResourceAsStream(RESOURCE)) {
            if (library != null) {
                Files.copy(library, directory.resolve(LIBRARY));
            }
        }
    }
}
