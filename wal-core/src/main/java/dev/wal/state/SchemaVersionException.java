package dev.wal.state;

import dev.wal.common.WalException;

/**
 * A value was written by a version of its schema that the map cannot read: a later one, or an earlier one without an upcaster. Nothing is damaged, and nothing was changed: run the version of the program that knows
 * it, or add the upcaster.
 */
public class SchemaVersionException extends WalException {
    private static final long serialVersionUID = 1;

    public SchemaVersionException(String message) {
        super(message, null);
    }
}
