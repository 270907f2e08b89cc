package dev.wal.demo.web;

/** A field of the request is missing. */
final class MissingFieldException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MissingFieldException(String field) {
        super(field + " is missing");
    }
}
