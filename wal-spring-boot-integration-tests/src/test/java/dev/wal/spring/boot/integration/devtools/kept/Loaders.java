package dev.wal.spring.boot.integration.devtools.kept;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/** The class loaders that an application had one after the other, without keeping any of them. */
public final class Loaders {
    private static final ReferenceQueue<ClassLoader> COLLECTED = new ReferenceQueue<>();
    private static final List<Reference<ClassLoader>> ALIVE = new ArrayList<>();

    private Loaders() {}

    /** Called by one start after the other. */
    public static synchronized void add(ClassLoader loader) {
        ALIVE.add(new WeakReference<>(loader, COLLECTED));
    }

    /** How many are alive, once it is that of the caller alone, or the time is over. */
    public static synchronized int awaitCollected(long patienceNanos) throws InterruptedException {
        long start = System.nanoTime();
        while (ALIVE.size() > 1 && System.nanoTime() - start < patienceNanos) {
            System.gc();
            Reference<? extends ClassLoader> collected = COLLECTED.remove(200);
            if (collected != null) {
                ALIVE.remove(collected);
            }
        }
        return ALIVE.size();
    }
}
