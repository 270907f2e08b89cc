package dev.wal.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of properties in the documentation is what the metadata says. With {@code -Dwal.docs.update=true} it is written anew. */
class ConfigurationDocsTests {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Pattern TABLE =
            Pattern.compile("(<!-- properties: generated -->\n)(.*?)(<!-- properties: end -->)", Pattern.DOTALL);

    @Test
    void theTableIsCurrent() throws Exception {
        String table = table();
        String page = Files.readString(PAGE);
        Matcher matcher = TABLE.matcher(page);
        assertThat(matcher.find()).as("the page has a place for the table").isTrue();
        if (Boolean.getBoolean("wal.docs.update")) {
            Files.writeString(PAGE, page.substring(0, matcher.start(2)) + table + page.substring(matcher.end(2)));
            return;
        }
        assertThat(matcher.group(2))
                .as("the table in docs/configuration.md; write it anew with -Dwal.docs.update=true")
                .isEqualTo(table);
    }

    private static String table() throws Exception {
        StringBuilder table = new StringBuilder("| property | type | default | |\n|---|---|---|---|\n");
        for (ConfigurationMetadata.Property property :
                ConfigurationMetadata.read().properties()) {
            table.append("| `")
                    .append(property.name())
                    .append("` | ")
                    .append(property.shortType())
                    .append(" | ")
                    .append(property.defaultValue().isEmpty() ? "none" : "`" + property.defaultValue() + "`")
                    .append(" | ")
                    .append(property.description().replace("|", "\\|").replaceAll("(?<!\\.)$", "."))
                    .append(" |\n");
        }
        return table.toString();
    }
}
