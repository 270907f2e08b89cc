package dev.wal.state;

import dev.wal.WalTransaction;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Locks of keys, each held by a transaction to its boundary. Safe for use by several threads. */
final class KeyLocks<K> {
    private final String table;
    private final Duration timeout;
    private final UnaryOperator<Duration> limit;
    private final Map<K, Held> held = new ConcurrentHashMap<>();

    /** A lock that somebody has. */
    private static final class Held {
        private final WalTransaction owner;
        private final Thread thread = Thread.currentThread();

        /** Made by the first who waits: most locks are let go of before anybody does. */
        private final AtomicReference<@Nullable CountDownLatch> released = new AtomicReference<>();

        private Held(WalTransaction owner) {
            this.owner = owner;
        }

        private CountDownLatch released() {
            released.compareAndSet(null, new CountDownLatch(1));
            return Objects.requireNonNull(released.get());
        }
    }

    /**
     * @param timeout how long a lock is waited for
     * @param limit asked by the thread that has to wait, which may shorten that
     */
    KeyLocks(String table, Duration timeout, UnaryOperator<Duration> limit) {
        this.table = table;
        this.timeout = timeout;
        this.limit = limit;
    }

    /**
     * Locks a key that the transaction has not locked, waiting for another that has.
     *
     * @throws LockConflictException if it cannot be had in time, or never, because this thread itself has suspended the transaction that holds it
     */
    void lock(K key, WalTransaction transaction) {
        Held own = new Held(transaction);
        Held other = held.putIfAbsent(key, own);
        if (other == null) {
            return;
        }
        long start = System.nanoTime();
        // A longer time than there are nanoseconds for is as long as there are.
        long nanos = TimeUnit.NANOSECONDS.convert(limit.apply(timeout));
        do {
            refuseIfSuspendedHere(key, other);
            if (!await(key, other, nanos - (System.nanoTime() - start))) {
                throw new LockConflictException(
                        "Key " + key + " of '" + table + "' is still locked by transaction "
                                + other.owner.id() + " after " + TimeUnit.NANOSECONDS.toMillis(nanos)
                                + " ms. Try the transaction again; lock keys in the same order everywhere, so that none wait for each other.");
            }
            other = held.putIfAbsent(key, own);
        } while (other != null);
    }

    /**
     * Whoever waited for a transaction of its own thread would wait for itself. One that was handed over to another thread after it locked the key is taken for one of this thread: that refuses
     * what could have waited, and nothing else. One that has ended, or whose commit is under way, is let go of by others.
     */
    private void refuseIfSuspendedHere(K key, Held other) {
        if (other.thread == Thread.currentThread() && !other.owner.hasEnded()) {
            throw new LockConflictException("Key " + key + " of '" + table + "' is locked by transaction "
                    + other.owner.id()
                    + " of this same thread, which is suspended and cannot go on while this one waits."
                    + " Write the key in one of the two only.");
        }
    }

    /** Interrupts do not end the wait; the flag is kept. */
    private boolean await(K key, Held other, long nanos) {
        CountDownLatch released = other.released();
        if (held.get(key) != other) {
            // Let go of before there was a latch: who lets go takes the lock away first, and looks for a latch then.
            return true;
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + nanos;
        try {
            while (true) {
                try {
                    return released.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void unlock(K key) {
        Held unlocked = held.remove(key);
        CountDownLatch released = unlocked == null ? null : unlocked.released.get();
        if (released != null) {
            released.countDown();
        }
    }
}
