package dev.wal.demo.crash;

import java.io.IOException;
import java.util.List;

/** What outlives containers. */
record Volume(String name) implements AutoCloseable {

    static Volume create() throws IOException {
        return new Volume(Docker.ask("volume", "create"));
    }

    /** Options of a container that has it at /data. */
    List<String> mounted() {
        return List.of("--volume", name + ":/data");
    }

    @Override
    public void close() throws IOException {
        Docker.run("volume", "rm", "--force", name);
    }
}
