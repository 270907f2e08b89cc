package dev.wal.cli;

import dev.wal.segment.TailVerdict;

/** What a command says to its caller about the log that it read. */
final class ExitCode {
    static final int CLEAN = 0;
    static final int TORN = 1;
    static final int CORRUPT = 2;

    /** No log, a newer format, an I/O error. */
    static final int UNREADABLE = 3;

    /** As sysexits.h has it. */
    static final int USAGE = 64;

    private ExitCode() {}

    static int of(TailVerdict verdict) {
        return switch (verdict) {
            case CLEAN -> CLEAN;
            case TORN -> TORN;
            case CORRUPT -> CORRUPT;
        };
    }
}
