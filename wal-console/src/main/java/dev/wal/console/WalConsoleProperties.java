package dev.wal.console;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the console.
 *
 * @param enabled whether the page is served
 * @param path of the page, below the context path of the application
 */
@ConfigurationProperties("wal.console")
record WalConsoleProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("/wal-console") String path) {

    WalConsoleProperties {
        if (!path.matches("(/[A-Za-z0-9._~-]+)+")) {
            throw new IllegalArgumentException(
                    "wal.console.path is \"" + path
                            + "\": it must begin with a slash, not end with one, and have letters, digits, dots, hyphens, underscores and tildes between them");
        }
    }
}
