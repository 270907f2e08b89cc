package dev.wal.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Something that takes part in rounds. */
public interface Measured {
    String name();

    /**
     * Runs in an empty directory.
     *
     * @param leadIn that it runs unmeasured, so that it reaches its pace
     */
    Figures measure(Path directory, Duration leadIn, Duration duration) throws IOException;
}
