package dev.wal.spring.listener;

import dev.wal.listener.BackOff;
import dev.wal.listener.ListenerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.StringUtils;

/** What a {@link WalListener} says, with its placeholders resolved. */
final class ListenerAnnotation {
    private final WalListener annotation;
    private final String method;
    private final ConfigurableBeanFactory beanFactory;
    private final String id;

    /** @param method that it is on, for messages */
    ListenerAnnotation(WalListener annotation, String method, ConfigurableBeanFactory beanFactory) {
        this.annotation = annotation;
        this.method = method;
        this.beanFactory = beanFactory;
        this.id = resolve(annotation.id());
    }

    String id() {
        return id;
    }

    ListenerOptions options(ListenerDefaults defaults) {
        try {
            ListenerOptions.Builder options = ListenerOptions.builder(id)
                    .tables(tables())
                    .startAt(annotation.startAt())
                    .failurePolicy(annotation.failurePolicy())
                    .tries(tries(defaults))
                    .backOff(backOff(defaults.backOff()));
            if (annotation.fromCheckpoint()) {
                options.fromCheckpoint();
            }
            return options.build();
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("@WalListener on " + method + " is not valid: " + e.getMessage(), e);
        }
    }

    private String[] tables() {
        List<String> tables = new ArrayList<>();
        for (String table : annotation.tables()) {
            String resolved = resolve(table);
            String[] names =
                    resolved.equals(table) ? new String[] {table} : StringUtils.tokenizeToStringArray(resolved, ",");
            if (names.length == 0 || names[0].isEmpty()) {
                // Not all tables, which is what no name at all would mean.
                throw new IllegalArgumentException("the table \"" + table + "\" has no name");
            }
            tables.addAll(List.of(names));
        }
        return tables.toArray(String[]::new);
    }

    private int tries(ListenerDefaults defaults) {
        String text = resolve(annotation.tries());
        if (text.isEmpty()) {
            return defaults.tries();
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("tries must be a number, not \"" + text + "\"", e);
        }
    }

    private BackOff backOff(BackOff defaults) {
        String multiplier = resolve(annotation.waitMultiplier());
        return new BackOff(
                duration(annotation.firstWait(), defaults.first()),
                multiplier.isEmpty() ? defaults.multiplier() : Double.parseDouble(multiplier),
                duration(annotation.longestWait(), defaults.longest()));
    }

    private Duration duration(String text, Duration ifEmpty) {
        String resolved = resolve(text);
        return resolved.isEmpty() ? ifEmpty : DurationStyle.detectAndParse(resolved);
    }

    private String resolve(String text) {
        String resolved = beanFactory.resolveEmbeddedValue(text);
        return resolved == null ? "" : resolved.strip();
    }
}
