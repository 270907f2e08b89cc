package dev.wal.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;

/** The page and its files fit together, and need nothing else. */
class PageTests {
    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"#][^\"]*)\"");
    private static final Pattern IMPORT = Pattern.compile("from '\\./([^']+)'");
    private static final Pattern ADDRESS = Pattern.compile("(https?://(?!www\\.w3\\.org/2000/svg)\\S+)");

    private static String page() throws Exception {
        return new ClassPathResource("index.html", ConsolePage.class).getContentAsString(StandardCharsets.UTF_8);
    }

    private static List<String> names() {
        return ConsolePage.FILES.stream().map(ConsoleFile::name).toList();
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(PageTests::last).toList();
    }

    private static String last(MatchResult match) {
        return match.group(match.groupCount());
    }

    @Test
    void whatThePageNamesIsServed() throws Exception {
        assertThat(found(REFERENCE, page())).isNotEmpty().isSubsetOf(names());
    }

    @Test
    void whatTheScriptsImportIsServedAndAllOfItIsUsed() throws Exception {
        StringBuilder named = new StringBuilder(page());
        for (ConsoleFile file : ConsolePage.FILES) {
            String content = file.content().getContentAsString(StandardCharsets.UTF_8);
            assertThat(found(IMPORT, content)).as(file.name()).isSubsetOf(names());
            named.append(content);
        }
        assertThat(names()).allSatisfy(name -> assertThat(named).contains(name));
    }

    @Test
    void thePageHasNothingInlineThatThePolicyForbids() throws Exception {
        assertThat(page()).doesNotContain("<style", "style=", "javascript:").doesNotContainPattern("\\son[a-z]+=");
        assertThat(page()).doesNotContainPattern("<script(?![^>]*src=)");
    }

    @Test
    void nothingIsFetchedFromElsewhere() throws Exception {
        assertThat(found(ADDRESS, page())).isEmpty();
        for (ConsoleFile file : ConsolePage.FILES) {
            if (!file.name().startsWith("uPlot")) {
                assertThat(ADDRESS.matcher(file.content().getContentAsString(StandardCharsets.UTF_8))
                                .results())
                        .as(file.name())
                        .isEmpty();
            }
        }
    }
}
