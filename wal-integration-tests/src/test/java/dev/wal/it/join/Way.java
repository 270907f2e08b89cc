package dev.wal.it.join;

import java.util.List;

/**
 * A way to have a row in a table, and somebody told of it.
 *
 * @param tells whether somebody is told
 */
record Way(String name, Class<?> configuration, List<String> properties, boolean tells) {

    static List<Way> all() {
        return List.of(
                new Way("database alone", DatabaseWay.class, List.of("wal.enabled=false"), false),
                new Way("`after-commit`", LogWay.class, List.of("wal.transaction.join=after-commit"), true),
                new Way(
                        "`prepared`",
                        LogWay.class,
                        List.of("wal.transaction.join=prepared", "wal.transaction.marker.initialize-schema=always"),
                        true),
                outbox(100),
                outbox(10));
    }

    private static Way outbox(int millis) {
        return new Way(
                "outbox polled every " + millis + " ms",
                OutboxWay.class,
                List.of("wal.enabled=false", "outbox.interval=" + millis),
                true);
    }
}
