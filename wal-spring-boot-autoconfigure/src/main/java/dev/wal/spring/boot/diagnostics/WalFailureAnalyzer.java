package dev.wal.spring.boot.diagnostics;

import dev.wal.common.PartitionCountMismatchException;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalException;
import dev.wal.common.WalFormatException;
import dev.wal.common.WalLockedException;
import dev.wal.common.WalSpaceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * A log that could not be opened. What happened, and where, is what the exception says; the action is told in the words of the properties and of the tools that an operator
 * has.
 */
final class WalFailureAnalyzer extends AbstractFailureAnalyzer<WalOpeningException> {
    private static final String FREE_SPACE =
            "Free space on the disk of the directory, raise wal.max-disk if that is the limit, or make"
                    + " wal.segment.size smaller: a log makes its next segment ahead, so that it needs room for two. Never"
                    + " delete files of the log; a checkpoint drops those that nobody needs any more.";

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, WalOpeningException cause) {
        WalException failure = cause.failure();
        String action = action(failure);
        return action == null ? null : new FailureAnalysis(String.valueOf(cause.getMessage()), action, failure);
    }

    private static @Nullable String action(WalException cause) {
        if (cause instanceof WalLockedException) {
            return "Stop the other owner, or give this instance a directory of its own (wal.directory): one instance owns"
                    + " one directory. If the other one is about to end, as in a rolling restart, let this one wait for it"
                    + " (wal.lock-wait, for example 30s). The lock ends with its process; never delete the lock file.";
        }
        if (cause instanceof WalCorruptedException) {
            return "Copy the directory away before you do anything else. Look at the damage with `wal-cli verify DIRECTORY`,"
                    + " and restore the directory from a backup. If there is none, `wal-cli salvage SOURCE TARGET` copies all"
                    + " that is readable into a new log; wal.recovery.mode=stop-at-damage opens the log in place and gives up"
                    + " everything behind the damage, which is kept aside.";
        }
        if (cause instanceof WalFormatException) {
            return "Start a version of the application that knows this format: the one that wrote the log, or a later one."
                    + " Nothing was changed. If another program wrote the files, choose another directory"
                    + " (wal.directory).";
        }
        if (cause instanceof PartitionCountMismatchException mismatch) {
            return "Set wal.partitions=" + mismatch.existing()
                    + ", or choose another directory (wal.directory) for a log with "
                    + mismatch.requested() + ".";
        }
        if (cause instanceof WalSpaceException) {
            return FREE_SPACE;
        }
        return actionOnStorage(cause);
    }

    private static @Nullable String actionOnStorage(WalException cause) {
        IOException storage = ioCause(cause);
        if (storage == null) {
            return null;
        }
        String message = String.valueOf(storage.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("no space left")
                || message.contains("disk quota")
                || message.contains("not enough space")) {
            return FREE_SPACE;
        }
        if (storage instanceof AccessDeniedException
                || message.contains("read-only")
                || message.contains("permission denied")) {
            return "Give the user that runs the application (" + System.getProperty("user.name")
                    + ") the right to write to the directory and to the files in it, mount the volume for writing, or"
                    + " choose another directory (wal.directory).";
        }
        if (storage instanceof NotDirectoryException || storage instanceof FileAlreadyExistsException) {
            return "There is a file where the directory, or one above it, should be. Choose another directory"
                    + " (wal.directory), or move the file away.";
        }
        return "Look at the disk and at the messages of the operating system. Nothing was lost by this start: the log is"
                + " as it was, and opens when its files can be read and written again.";
    }

    private static @Nullable IOException ioCause(Throwable failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException io) {
                return io;
            }
        }
        return null;
    }
}
