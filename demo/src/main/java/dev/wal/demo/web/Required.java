package dev.wal.demo.web;

import org.jspecify.annotations.Nullable;

/** Refuses a request in which a field is missing. */
final class Required {
    private Required() {}

    static <T> T field(String name, @Nullable T value) {
        if (value == null) {
            throw new MissingFieldException(name);
        }
        return value;
    }
}
