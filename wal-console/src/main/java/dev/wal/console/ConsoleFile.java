package dev.wal.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;

/**
 * A file that the page is made of.
 *
 * @param name in the address, behind the path of the console
 */
record ConsoleFile(String name, MediaType type, ClassPathResource content) {
    private static final MediaType SCRIPT = new MediaType("text", "javascript", StandardCharsets.UTF_8);
    private static final MediaType STYLE = new MediaType("text", "css", StandardCharsets.UTF_8);
    private static final MediaType PICTURE = new MediaType("image", "svg+xml");

    static ConsoleFile own(String name) {
        return new ConsoleFile(name, typeOf(name), new ClassPathResource(name, ConsoleFile.class));
    }

    /** A file of the library that draws the charts, whichever version of it is there. */
    static ConsoleFile ofTheLibrary(String name) {
        return new ConsoleFile(
                name,
                typeOf(name),
                new ClassPathResource("META-INF/resources/webjars/uplot/" + libraryVersion() + "/dist/" + name));
    }

    private static MediaType typeOf(String name) {
        return name.endsWith(".js") ? SCRIPT : name.endsWith(".css") ? STYLE : PICTURE;
    }

    private static String libraryVersion() {
        Properties properties = new Properties();
        try (InputStream in =
                new ClassPathResource("META-INF/maven/org.webjars.npm/uplot/pom.properties").getInputStream()) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("The library of the charts, org.webjars.npm:uplot, is not there", e);
        }
        return properties.getProperty("version");
    }
}
