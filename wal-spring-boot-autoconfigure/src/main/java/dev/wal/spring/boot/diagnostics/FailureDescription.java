package dev.wal.spring.boot.diagnostics;

import dev.wal.common.CheckpointRefusedException;
import dev.wal.common.StateFailedException;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalException;
import dev.wal.common.WalFormatException;
import dev.wal.common.WalOvertakenException;
import dev.wal.common.WalSpaceException;
import dev.wal.common.WalStorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What may be shown of a failure outside of the application's own log. Messages of the log and of the file system are about files, positions and tables. What the application says in its exceptions may
 * be what rows hold, and messages of the log quote it; of such a failure only the classes are shown.
 */
public final class FailureDescription {
    /** Those that quote nothing but files: unlike those of a log that has ended, which quote what ended it. */
    private static final Set<String> MESSAGES_SHOWN = Set.of(
            CheckpointRefusedException.class.getName(),
            WalClosedException.class.getName(),
            WalCorruptedException.class.getName(),
            WalFormatException.class.getName(),
            WalOvertakenException.class.getName(),
            WalSpaceException.class.getName(),
            WalStorageException.class.getName());

    private FailureDescription() {}

    /** Class and message, or the classes of the failure and its causes alone. */
    public static String of(Throwable failure) {
        return isOfTheLogAlone(failure) ? failure.toString() : classes(failure);
    }

    /** The message, or the classes of the failure and its causes alone. */
    public static String messageOf(Throwable failure) {
        return isOfTheLogAlone(failure) ? String.valueOf(failure.getMessage()) : classes(failure);
    }

    /**
     * Whether a message may be shown, where nothing else is left of the failure.
     *
     * @param error name of its class
     */
    public static boolean isMessageShown(String error) {
        return MESSAGES_SHOWN.contains(error);
    }

    /** Whether nothing of the application's is in a failure or its causes. */
    public static boolean isOfTheLogAlone(Throwable failure) {
        for (Throwable each : chain(failure)) {
            if (each instanceof StateFailedException
                    || !(each instanceof WalException || each instanceof IOException)) {
                return false;
            }
        }
        return true;
    }

    private static String classes(Throwable failure) {
        StringJoiner classes =
                new StringJoiner(", caused by ", "", ". What it says is in the log of the application only");
        chain(failure).forEach(each -> classes.add(each.getClass().getName()));
        return classes.toString();
    }

    private static List<Throwable> chain(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Throwable> chain = new ArrayList<>();
        for (Throwable each = failure; each != null && seen.add(each); each = each.getCause()) {
            chain.add(each);
        }
        return chain;
    }
}
