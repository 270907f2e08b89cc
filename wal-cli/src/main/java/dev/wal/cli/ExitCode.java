package dev.wal.cli;

import dev.wal.segment.TailVerdict;

/** What a command says to its caller about the log that it read. Numbers that no launcher and no shell returns by itself: 1 is a virtual machine that does not start. */
final class ExitCode {
    static final int CLEAN = 0;
    static final int TORN = 10;
    static final int CORRUPT = 20;

    /** No log, a newer format, an I/O error, also of the output, or a fault of this program. */
    static final int UNREADABLE = 30;

    /** As sysexits.h has it. */
    static final int USAGE = 64;

    /** For the help of a command. */
    static final String SUMMARY = "Exit codes: 0 clean, 10 torn, 20 corrupt, 30 not read, 64 wrong command line.";

    private ExitCode() {}

    static int of(TailVerdict verdict) {
        return switch (verdict) {
            case CLEAN -> CLEAN;
            case TORN -> TORN;
            case CORRUPT -> CORRUPT;
        };
    }
}
