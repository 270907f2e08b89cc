package dev.wal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.core.io.ClassPathResource;

/** Checks a page with axe. */
final class Accessibility {
    private static final String SCRIPT =
            "META-INF/resources/webjars/axe-core/" + System.getProperty("axe-core.version") + "/axe.min.js";
    private static final String RUN = """
            const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
                (found) => done(found.violations.map((one) => one.id + ': ' + one.help + ' at '
                    + one.nodes.map((node) => node.target + ' ' + node.any.map((any) => any.message)).join(', '))),
                (error) => done(['axe failed: ' + error]));
            """;

    private Accessibility() {}

    static void assertNoViolations(Browser browser) throws IOException {
        browser.script(new ClassPathResource(SCRIPT).getContentAsString(StandardCharsets.UTF_8));
        assertThat((List<?>) browser.asyncScript(RUN))
                .as("violations that axe found")
                .isEmpty();
    }
}
