package dev.wal.cli;

/** Nobody reads the output any more, as when it is piped into a program that has seen enough. */
final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OutputClosedException() {
        super("The output was closed");
    }
}
