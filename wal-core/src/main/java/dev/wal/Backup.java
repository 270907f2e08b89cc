package dev.wal;

import dev.wal.checkpoint.ConsumerPosition;
import dev.wal.checkpoint.Manifest;
import dev.wal.common.WalStorageException;
import dev.wal.log.Log;
import dev.wal.log.LogReader;
import dev.wal.log.LogStatus;
import dev.wal.recovery.CopyReport;
import dev.wal.recovery.LogCopy;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Copies a log that is being written to. Takes no lock of writers: what it copies does not change any more. */
final class Backup {
    private final Storage storage;
    private final Log log;
    private final Checkpointer checkpointer;
    private final Consumers consumers;

    Backup(Storage storage, Log log, Checkpointer checkpointer, Consumers consumers) {
        this.consumers = consumers;
        this.storage = storage;
        this.log = log;
        this.checkpointer = checkpointer;
    }

    /**
     * Copies the log into an empty directory. The segments are held first, then the snapshots and how far consumers have come, and only then is it decided where the copy ends: so the segments reach back to what the
     * snapshots need, and no snapshot or consumer knows a commit from behind the end.
     */
    @SuppressWarnings("try") // The reader is there to hold the segments.
    CopyReport copyTo(Storage target) {
        try (LogReader heldSegments = log.read(0);
                HeldSnapshots.Hold snapshots = checkpointer.holdSnapshots()) {
            List<ConsumerPosition> positions = consumers.positions();
            log.sync();
            LogStatus status = log.status();
            Manifest manifest = snapshots
                    .manifest()
                    .with(Map.of(), status.durable(), status.durableNextLsns().toArray());
            return new LogCopy(storage, target).copy(manifest, status.segments(), status.durable(), positions);
        } catch (IOException e) {
            throw new WalStorageException(
                    "The log in " + storage.directory() + " could not be copied to " + target.directory() + ": " + e
                            + ". There is no copy; the log goes on.",
                    e);
        }
    }
}
