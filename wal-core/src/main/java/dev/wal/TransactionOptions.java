package dev.wal;

/**
 * How a transaction runs. Immutable.
 *
 * @param isolationLevel recorded in Begin as it is; −1 stands for the default
 */
public record TransactionOptions(int isolationLevel) {
    private static final TransactionOptions DEFAULTS = new TransactionOptions(-1);

    public static TransactionOptions defaults() {
        return DEFAULTS;
    }

    public TransactionOptions withIsolationLevel(int level) {
        return new TransactionOptions(level);
    }
}
