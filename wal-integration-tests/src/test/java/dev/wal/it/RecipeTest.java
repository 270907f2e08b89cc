package dev.wal.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The recipe of the documentation is the code that is tested. */
class RecipeTest {
    private static final Path PAGE = Path.of("..", "docs", "beside-other-managers.md");
    private static final Path CODE = Path.of("src", "test", "java", "dev", "wal", "it", "Payments.java");

    @Test
    void theDocumentationShowsTheListenerThatIsTested() throws IOException {
        String code = Files.readString(CODE);
        String listener = code.substring(code.indexOf("class Payments"));

        assertThat(Files.readString(PAGE)).contains("```java\n" + listener + "```");
    }
}
