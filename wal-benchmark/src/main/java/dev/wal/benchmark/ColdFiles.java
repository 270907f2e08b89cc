package dev.wal.benchmark;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The files of a directory, and how fast they come from the disk. */
final class ColdFiles {
    private static final int CHUNK_SIZE = 4 << 20;
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    private final Path directory;

    ColdFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * Has the operating system forget what it holds of them in memory, by {@code dd}, which needs no special rights for that.
     *
     * @return false if there is no such program, or the files are nowhere but in memory
     */
    boolean forget() throws IOException {
        if (IN_MEMORY.contains(Files.getFileStore(directory).type())) {
            return false;
        }
        for (Path file : files()) {
            Process process;
            try {
                process = new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
            } catch (IOException missing) {
                return false;
            }
            try {
                if (process.waitFor() != 0) {
                    return false;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted while files were forgotten", e);
            }
        }
        return true;
    }

    /** Bytes a second at which all of them are read around the page cache, one after the other. */
    double bandwidth() throws IOException {
        int unit = Math.toIntExact(Files.getFileStore(directory).getBlockSize());
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_SIZE + unit).alignedSlice(unit);
        long start = System.nanoTime();
        long bytes = 0;
        for (Path file : files()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, ExtendedOpenOption.DIRECT)) {
                // The last piece ends with the file, and so at no whole block.
                for (long at = 0; at < channel.size(); at += CHUNK_SIZE) {
                    bytes += channel.read(chunk.limit(CHUNK_SIZE).rewind(), at);
                }
            }
        }
        return bytes * 1e9 / (System.nanoTime() - start);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
