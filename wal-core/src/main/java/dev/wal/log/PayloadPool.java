package dev.wal.log;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of payloads that were staged, for the next transactions. A thread looks in one place only, its own as far as there are enough, so that taking and giving cost an exchange
 * each. Holds at most {@value #PLACES} arrays of {@value #MAX_SIZE} bytes. Safe for use by several threads.
 */
final class PayloadPool {
    private static final int PLACES = 128;
    private static final int MAX_SIZE = 16 * 1024;

    private final AtomicReferenceArray<byte @Nullable []> arrays = new AtomicReferenceArray<>(PLACES);

    /** An array of at least so many bytes, whatever they are. */
    byte[] take(int size) {
        byte[] found = arrays.getAndSet(place(), null);
        return found != null && found.length >= size ? found : new byte[size];
    }

    /** Gives an array away, which the caller must not use any more. */
    void give(byte[] array) {
        if (array.length <= MAX_SIZE) {
            arrays.setRelease(place(), array);
        }
    }

    @SuppressWarnings("deprecation") // Thread.threadId is not there on Java 17; nobody overrides getId.
    private static int place() {
        return (int) (Thread.currentThread().getId() % PLACES);
    }
}
