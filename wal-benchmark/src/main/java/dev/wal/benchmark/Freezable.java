package dev.wal.benchmark;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A map of accounts that can be frozen, reduced to what the techniques differ in. Read by any thread; changed, and frozen, by one at a time. */
interface Freezable {

    @Nullable
    Account get(long key);

    void put(long key, Account value);

    /** What the map holds at this moment; not more than one at once. */
    View freeze();

    /** For one thread, beside the one that changes the map. */
    interface View {
        /** Shows everything at least once. */
        void forEach(BiConsumer<Long, Account> action);

        void close();
    }
}
