package dev.wal.demo.crash;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What outlives containers.
 *
 * @param keeper id of a container that does nothing but have it mounted, without which a file system in memory is gone
 */
record Volume(String name, @Nullable String keeper) implements AutoCloseable {

    static Volume create() throws IOException {
        return new Volume(Docker.ask("volume", "create"), null);
    }

    /** A file system in memory that is full after so much. */
    static Volume inMemory(String size) throws IOException {
        String name = Docker.ask(
                "volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=" + size);
        try {
            return new Volume(
                    name,
                    Docker.ask("run", "--detach", "--volume", name + ":/data", Docker.IMAGE, "busybox", "sleep", "1d"));
        } catch (IOException e) {
            Docker.run("volume", "rm", "--force", name);
            throw e;
        }
    }

    /** Options of a container that has it at /data. */
    List<String> mounted() {
        return List.of("--volume", name + ":/data");
    }

    @Override
    public void close() throws IOException {
        if (keeper != null) {
            Docker.run("rm", "--force", keeper);
        }
        Docker.run("volume", "rm", "--force", name);
    }
}
