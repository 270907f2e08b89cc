package dev.wal.log;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.WalException;
import dev.wal.common.WalFailedException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The first failure of a log, after which it accepts nothing more. Safe for use by several threads. */
final class LogFailure {
    private final Path directory;
    private final AtomicReference<@Nullable Throwable> cause = new AtomicReference<>();
    private volatile Runnable listener = () -> {};

    LogFailure(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /** Has a listener told of the first failure, by the thread that met it, which may hold locks: it must do next to nothing. */
    void onFirst(Runnable firstFailureListener) {
        listener = firstFailureListener;
    }

    /** Records a failure; only the first counts. */
    void set(Throwable failure) {
        if (cause.compareAndSet(null, failure)) {
            listener.run();
        }
    }

    boolean isSet() {
        return cause.get() != null;
    }

    @Nullable
    Throwable cause() {
        return cause.get();
    }

    /** Refuses a call of which nothing was written. */
    void throwIfSet() {
        Throwable first = cause.get();
        if (first != null) {
            throw refused(first);
        }
    }

    /** Records a failure, and returns what a call that met it throws. */
    WalException fail(Throwable met) {
        set(met);
        return met instanceof WalException known ? known : refused(met);
    }

    private WalException refused(Throwable first) {
        return new WalFailedException(
                "The log in " + directory + " has ended after a failure, and accepts nothing more: " + first
                        + ". Nothing of this call was written. Mend the cause, and restart to recover.",
                first);
    }

    /** For a force that was asked for. */
    WalFailedException notForced() {
        return new WalFailedException(
                "The log in " + directory + " failed before all of it was forced: " + cause.get()
                        + ". Mend the cause, and restart to recover.",
                cause.get());
    }

    /** For a commit that was under way. */
    CommitUnknownException unknown(Batch batch) {
        return new CommitUnknownException(
                "The log in " + directory + " failed while " + batch
                        + " was being committed. Whether it comes back after a restart is unknown: " + cause.get()
                        + ". Do not treat it as rolled back; restart to find out.",
                cause.get());
    }
}
