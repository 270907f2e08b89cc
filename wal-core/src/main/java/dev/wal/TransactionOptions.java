package dev.wal;

import dev.wal.common.Durability;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction runs. Immutable.
 *
 * @param isolationLevel recorded in Begin as it is; −1 stands for the default
 * @param durability of its commit; null stands for that of the log. A commit may be stricter than the log, or laxer: a lax one that was acknowledged can be
 *     lost in a power cut only together with all that was committed after it. With a state machine attached, commits are applied in log order, so that a lax one waits for stricter
 *     ones before it. {@link Durability.Periodic} is for whole logs only.
 */
public record TransactionOptions(
        int isolationLevel, @Nullable Durability durability) {
    private static final TransactionOptions DEFAULTS = new TransactionOptions(-1, null);

    /** @throws IllegalArgumentException if the durability is periodic */
    public TransactionOptions {
        if (durability instanceof Durability.Periodic) {
            throw new IllegalArgumentException("A single transaction cannot be " + durability
                    + ": its interval is that of the log. Use synchronous, group-commit or no-sync,"
                    + " or open the log at this level.");
        }
    }

    public static TransactionOptions defaults() {
        return DEFAULTS;
    }

    public TransactionOptions withIsolationLevel(int level) {
        return new TransactionOptions(level, durability);
    }

    /** @throws IllegalArgumentException if the level is periodic */
    public TransactionOptions withDurability(Durability level) {
        return new TransactionOptions(isolationLevel, level);
    }
}
