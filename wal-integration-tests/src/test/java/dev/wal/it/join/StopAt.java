package dev.wal.it.join;

import org.jspecify.annotations.Nullable;

/**
 * Where one thread of an application is stopped.
 *
 * @param step null if none is
 * @param passes how often it is passed before
 */
record StopAt(@Nullable Step step, int passes) {
    static final StopAt NOWHERE = new StopAt(null, 0);

    @Override
    public String toString() {
        return step == null ? "at random" : step.name();
    }
}
