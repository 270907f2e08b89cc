package dev.wal.state;

import dev.wal.WalTransaction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Knows the transaction of the caller. The core binds nothing to threads; whoever does answers here. */
public interface TransactionContext {

    /** The transaction that reads of the caller see, or null. */
    @Nullable
    WalTransaction current();

    /**
     * The transaction that writes of the caller belong to.
     *
     * @throws IllegalStateException or what the framework throws in its place, if there is none that can be written to
     */
    WalTransaction required();

    /**
     * How long the caller may wait for the lock of a key; asked only if it has to. A transaction that has a time limit of its own says less than the map does.
     *
     * @param timeout what the map says
     */
    default Duration lockWait(Duration timeout) {
        return timeout;
    }

    /** What is thrown to the caller in place of a conflict. */
    default RuntimeException translate(ConflictException conflict) {
        return conflict;
    }
}
