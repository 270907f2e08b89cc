package dev.wal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A picture of the documentation. With {@code -Dwal.docs.update=true} it is taken anew. */
final class Picture {
    private static final Path DIRECTORY = Path.of("..", "docs", "images");
    private static final int SIZE_MAX = 200 * 1024;

    private Picture() {}

    /** Whether pictures are taken: what they show is worth waiting for then. */
    static boolean isTaken() {
        return Boolean.getBoolean("wal.docs.update");
    }

    static void of(Browser browser, String name) throws IOException {
        Path file = DIRECTORY.resolve(name);
        if (isTaken()) {
            Files.createDirectories(DIRECTORY);
            Files.write(file, browser.screenshot());
        }
        assertThat(file).isRegularFile();
        assertThat(Files.size(file)).isLessThan(SIZE_MAX);
    }
}
