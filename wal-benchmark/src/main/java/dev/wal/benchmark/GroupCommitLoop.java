package dev.wal.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Group commit and nothing else, over one file that is overwritten in a circle: what the design of the engine gives without a log around it. One of those who
 * wait leads: it gathers, yielding, until as many are there as the last group had, for at most about the time of a force; writes and forces once; has the next
 * leader start; and wakes its followers.
 */
final class GroupCommitLoop implements Contender.Session {
    private static final int BUFFER_SIZE = 4 << 20;

    private final Target target;
    private final int frameSize;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean leading = new AtomicBoolean();

    // Guarded by the lock; first and count are also read without it.
    private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
    private volatile @Nullable Waiter first;
    private @Nullable Waiter last;
    private volatile int count;

    // Of the leader.
    private ByteBuffer idle = ByteBuffer.allocateDirect(BUFFER_SIZE);
    private volatile int lastGroup;
    private volatile long forceNanos;
    private volatile long forces;
    private volatile @Nullable IOException failure;

    /** Where groups go; called by one thread at a time. */
    private interface Target extends Closeable {
        /** Returns once the bytes are durable. */
        void writeAndForce(ByteBuffer bytes) throws IOException;
    }

    /** A thread that commits, used again for each of its commits. */
    private final class Waiter implements Contender.Committer {
        private final byte[] frame = new byte[frameSize];
        private @Nullable Thread thread;
        private @Nullable Waiter next;
        private volatile boolean done;

        @Override
        public void commit() throws IOException {
            thread = Thread.currentThread();
            done = false;
            next = null;
            add(this);
            while (!done) {
                IOException failed = failure;
                if (failed != null) {
                    throw failed;
                }
                if (leading.compareAndSet(false, true)) {
                    lead(this);
                } else {
                    LockSupport.park(this);
                }
            }
        }
    }

    private GroupCommitLoop(Target target, int frameSize) {
        this.target = target;
        this.frameSize = frameSize;
    }

    static Contender of(String name, int frameSize, int threads) {
        return new Contender(name, threads, 1, directory -> new GroupCommitLoop(onDisk(directory), frameSize));
    }

    /** The same without a disk: what stays is having threads wait and waking them. */
    static Contender withoutDisk(String name, Duration force, int frameSize, int threads) {
        return new Contender(name, threads, 1, directory -> new GroupCommitLoop(pausing(force), frameSize));
    }

    private static Target onDisk(Path directory) throws IOException {
        CircularFile file = new CircularFile(directory);
        return new Target() {
            @Override
            public void writeAndForce(ByteBuffer bytes) throws IOException {
                file.append(bytes);
                file.force();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    private static Target pausing(Duration force) {
        return new Target() {
            @Override
            public void writeAndForce(ByteBuffer bytes) {
                // A wake-up meant for the thread as a follower may end it early, and is no harm.
                long end = System.nanoTime() + force.toNanos();
                for (long left = force.toNanos(); left > 0; left = end - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Contender.Committer committer(int thread) {
        return new Waiter();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock
    private void add(Waiter waiter) {
        lock.lock();
        try {
            buffer.put(waiter.frame);
            if (last == null) {
                first = waiter;
            } else {
                last.next = waiter;
            }
            last = waiter;
            count++;
        } finally {
            lock.unlock();
        }
    }

    private void lead(Waiter own) throws IOException {
        Waiter group = null;
        try {
            if (!own.done) {
                gather();
                group = writeAndForce();
            }
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            leading.set(false);
            wake(first);
        }
        Waiter next;
        for (Waiter waiter = group; waiter != null; waiter = next) {
            // Once it is done it may wait again, at another place.
            next = waiter.next;
            waiter.done = true;
            if (waiter != own) {
                wake(waiter);
            }
        }
    }

    private static void wake(@Nullable Waiter waiter) {
        if (waiter != null) {
            LockSupport.unpark(waiter.thread);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // lets those run who are about to join
    private void gather() {
        int expected = lastGroup;
        if (count >= expected) {
            return;
        }
        long start = System.nanoTime();
        long longest = forceNanos;
        while (count < expected && System.nanoTime() - start < longest) {
            Thread.yield();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the leader writes
    private @Nullable Waiter writeAndForce() throws IOException {
        ByteBuffer full;
        Waiter group;
        lock.lock();
        try {
            full = buffer;
            buffer = idle;
            idle = full;
            group = first;
            first = null;
            last = null;
            lastGroup = count;
            count = 0;
        } finally {
            lock.unlock();
        }
        long start = System.nanoTime();
        target.writeAndForce(full.flip());
        full.clear();
        long nanos = System.nanoTime() - start;
        forceNanos = forceNanos == 0 ? nanos : (forceNanos * 7 + nanos) / 8;
        forces++;
        return group;
    }

    @Override
    public long forces() {
        return forces;
    }

    @Override
    public void close() throws IOException {
        target.close();
    }
}
