package dev.wal;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.EventKeys;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalStorageException;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a state machine take over its snapshots, older ones where newer ones are damaged. */
record StateRestorer(Storage storage, Checkpointer checkpointer) {
    private static final Logger logger = LoggerFactory.getLogger(StateRestorer.class);

    /** Restores all partitions, and returns from which checkpoint of each the log has to be replayed. */
    List<PartitionCheckpoint> restore(StateMachine machine) {
        List<PartitionCheckpoint> from = new ArrayList<>();
        int partitions = checkpointer.manifest().partitions().size();
        for (int i = 0; i < partitions; i++) {
            PartitionCheckpoint restored = restore(machine, i);
            from.add(restored == null ? Reading.BEGINNING : restored);
        }
        return from;
    }

    private @Nullable PartitionCheckpoint restore(StateMachine machine, int partition) {
        Manifest manifest = checkpointer.manifest();
        WalCorruptedException damaged = null;
        for (PartitionCheckpoint checkpoint :
                manifest.partitions().get(partition).checkpoints()) {
            if (!checkpoint.hasSnapshot()) {
                throw new IllegalStateException("Partition " + partition
                        + " was checkpointed on its caller's word, without a snapshot, so that no state can be restored"
                        + " from this log. Attach state machines from the beginning, or use another directory.");
            }
            try {
                machine.restore(new SnapshotFile(
                        storage,
                        checkpoint.snapshot(),
                        manifest.logId(),
                        partition,
                        checkpoint.lsn(),
                        checkpoint.position(),
                        checkpoint.timeMicros()));
                checkpointer.fallenBackTo(partition, checkpoint);
                return checkpoint;
            } catch (WalCorruptedException e) {
                logger.atError()
                        .setCause(e)
                        .addKeyValue(EventKeys.DIRECTORY, storage.directory())
                        .addKeyValue(EventKeys.PARTITION, partition)
                        .addKeyValue(EventKeys.LSN, checkpoint.lsn())
                        .log(
                                "Snapshot {} of partition {} is damaged; falling back to the one before, if there is one",
                                storage.directory().resolve(checkpoint.snapshot()),
                                partition);
                damaged = e;
            } catch (IOException e) {
                throw new WalStorageException(
                        "Snapshot " + storage.directory().resolve(checkpoint.snapshot()) + " cannot be read", e);
            }
        }
        if (damaged != null) {
            throw damaged;
        }
        return null;
    }
}
