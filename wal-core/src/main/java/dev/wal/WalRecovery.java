package dev.wal;

import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalLockedException;
import dev.wal.common.WalStorageException;
import dev.wal.recovery.CopyReport;
import dev.wal.recovery.PointInTime;
import dev.wal.recovery.RecoveryTarget;
import dev.wal.storage.DirectoryOwner;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;

/** Recovers a log, or a backup of one, to an earlier moment. */
public final class WalRecovery {
    private WalRecovery() {}

    /**
     * Makes a new directory with a log as it was at a moment: exactly the commits up to it. The source is only read, needs no right to be written to, and stays as it is; nobody may open it meanwhile. It reaches back as far as the segments and snapshots do that are left of it; a moment behind its
     * end gives all of it.
     *
     * <p>The new log is a history of its own, which can go on beside the old one: its incarnation is higher by a random number, and it does not use LSNs again that the source has used. Consumers are not taken over, because they may have
     * seen commits that are not in this history.
     *
     * @param source directory of a log that is not open
     * @param target an empty or missing directory
     * @throws dev.wal.common.TargetUnreachableException if the moment is too long ago; it names the earliest that can be reached
     * @throws dev.wal.common.WalLockedException if one of the directories is in use
     * @throws dev.wal.common.WalCorruptedException if the source is damaged before that moment, or is no log
     * @throws WalStorageException if a file could not be read or written
     * @throws IllegalArgumentException if the target is not empty
     */
    public static CopyReport recoverTo(Path source, Path target, RecoveryTarget moment) {
        // Not by taking its lock, for which a file would have to be made: it may be on a medium that can only be read.
        DirectoryOwner owner = DirectoryOwner.of(source);
        refuseIfInUse(source, owner);
        try {
            return recoverTo(Storage.readOnly(source), Storage.of(target), moment);
        } catch (WalCorruptedException e) {
            // What looks like damage may be what an owner has changed meanwhile.
            refuseIfInUse(source, owner);
            throw e;
        }
    }

    private static void refuseIfInUse(Path source, DirectoryOwner owner) {
        try {
            if (owner.isPresent()) {
                throw new WalLockedException(
                        "The log in " + source.toAbsolutePath() + " is in use, and cannot be recovered to an earlier"
                                + " moment. Nothing was written. Stop its owner, or recover from a backup.");
            }
        } catch (IOException e) {
            throw new WalStorageException("The log in " + source.toAbsolutePath() + " cannot be read: " + e, e);
        }
    }

    /** @param source that nobody writes to meanwhile */
    static CopyReport recoverTo(Storage source, Storage target, RecoveryTarget moment) {
        try {
            return PointInTime.recover(source, target, moment);
        } catch (IOException e) {
            throw new WalStorageException(
                    "The log in " + source.directory() + " could not be recovered to " + moment + " in "
                            + target.directory() + ": " + e,
                    e);
        }
    }
}
