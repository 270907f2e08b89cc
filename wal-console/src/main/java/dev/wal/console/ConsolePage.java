package dev.wal.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.web.util.HtmlUtils;

/**
 * The page: static but for links to the endpoints that it asks, which only the application knows. An endpoint that is not exposed has none.
 */
final class ConsolePage {
    static final MediaType TYPE = new MediaType("text", "html", StandardCharsets.UTF_8);
    static final List<ConsoleFile> FILES = List.of(
            ConsoleFile.own("console.css"),
            ConsoleFile.own("console.js"),
            ConsoleFile.own("actuator.js"),
            ConsoleFile.own("charts.js"),
            ConsoleFile.own("dom.js"),
            ConsoleFile.own("meters.js"),
            ConsoleFile.own("panels.js"),
            ConsoleFile.own("segments.js"),
            ConsoleFile.own("icon.svg"),
            ConsoleFile.ofTheLibrary("uPlot.iife.min.js"),
            ConsoleFile.ofTheLibrary("uPlot.min.css"));
    private static final String PLACE_OF_LINKS = "<!-- endpoints -->";

    private final ActuatorLocation actuator;
    private final String template;

    ConsolePage(ActuatorLocation actuator) {
        this.actuator = actuator;
        try {
            template =
                    new ClassPathResource("index.html", ConsolePage.class).getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param request as the browser sent it
     * @param contextPath in front of all paths of the application
     */
    String html(URI request, String contextPath) {
        String links = actuator.addresses(request, contextPath).entrySet().stream()
                .map(endpoint -> "<link rel=\"wal-endpoint\" title=\"" + endpoint.getKey() + "\" href=\""
                        + HtmlUtils.htmlEscape(endpoint.getValue()) + "\">")
                .collect(Collectors.joining("\n"));
        return template.replace(PLACE_OF_LINKS, links);
    }

    /** What the page may do: only what is its own, and ask the actuator. */
    String contentSecurityPolicy(URI request) {
        String connect =
                actuator.foreignOrigin(request).map(origin -> " " + origin).orElse("");
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
                + connect + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }
}
