package dev.wal.storage;

import dev.wal.common.WalLockedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ownership of a directory. A file lock keeps other processes out; on some systems it does not keep out the same process, which a set of
 * owned directories does.
 */
final class DirectoryLock implements Closeable {
    private static final Logger logger = LoggerFactory.getLogger(DirectoryLock.class);

    private static final Set<Path> OWNED = ConcurrentHashMap.newKeySet();

    /** Held while a lock is taken or asked for: whoever closes the lock file loses the lock of the whole process, so that nobody may take it while it is asked for. */
    private static final ReentrantLock TAKING = new ReentrantLock();

    private static final Set<OpenOption> TO_OWN = Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Path directory;
    private final AsynchronousFileChannel channel;

    private DirectoryLock(Path directory, AsynchronousFileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    static DirectoryLock acquire(Path directory, Path lockFile, Duration wait) throws IOException {
        // One directory has one real path, whatever links lead to it.
        Path real = directory.toRealPath();
        long start = System.nanoTime();
        boolean interrupted = Thread.interrupted();
        try {
            return acquire(directory, real, lockFile, wait, start);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static DirectoryLock acquire(Path directory, Path real, Path lockFile, Duration wait, long start)
            throws IOException {
        DirectoryLock lock = tryAcquire(real, lockFile);
        if (lock == null && !wait.isZero()) {
            logger.info("Waits up to {} for the log directory {}, which is in use by {}", wait, directory, owner(real));
        }
        while (lock == null) {
            if (System.nanoTime() - start >= wait.toNanos()) {
                throw new WalLockedException("The log directory " + directory + " is in use by " + owner(real)
                        + " (lock file " + lockFile + "). One log at a time owns a directory: stop the other owner,"
                        + " wait longer for it, or use another directory.");
            }
            LockSupport.parkNanos(RETRY_NANOS);
            lock = tryAcquire(real, lockFile);
        }
        return lock;
    }

    private static String owner(Path directory) {
        return OWNED.contains(directory) ? "another open log of this process" : "another process";
    }

    private static @Nullable DirectoryLock tryAcquire(Path directory, Path lockFile) throws IOException {
        TAKING.lock();
        try {
            return take(directory, lockFile);
        } finally {
            TAKING.unlock();
        }
    }

    private static @Nullable DirectoryLock take(Path directory, Path lockFile) throws IOException {
        if (!OWNED.add(directory)) {
            return null;
        }
        AsynchronousFileChannel channel = null;
        boolean owned = false;
        try {
            Permissions.makeFile(directory, lockFile);
            channel = AsynchronousFileChannel.open(lockFile, TO_OWN, null);
            FileLock lock = channel.tryLock();
            owned = lock != null;
            return owned ? new DirectoryLock(directory, channel) : null;
        } catch (OverlappingFileLockException lockedByThisProcess) {
            return null;
        } finally {
            if (!owned) {
                if (channel != null) {
                    channel.close();
                }
                OWNED.remove(directory);
            }
        }
    }

    /** Whether the directory has an owner. */
    static boolean isHeld(Path directory) throws IOException {
        Path lockFile = directory.resolve(FileNames.LOCK);
        if (!Files.exists(lockFile)) {
            return false;
        }
        Path real = directory.toRealPath();
        TAKING.lock();
        try {
            return OWNED.contains(real) || isLocked(lockFile);
        } finally {
            TAKING.unlock();
        }
    }

    private static boolean isLocked(Path lockFile) throws IOException {
        try (AsynchronousFileChannel channel =
                AsynchronousFileChannel.open(lockFile, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            return channel.tryLock(0, Long.MAX_VALUE, true) == null;
        } catch (OverlappingFileLockException lockedByThisProcess) {
            return true;
        }
    }

    /** Lets go of the directory. The lock file stays: deleting it would let two processes lock two files of one name. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try {
                channel.close();
            } finally {
                OWNED.remove(directory);
            }
        }
    }
}
