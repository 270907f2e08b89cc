package dev.wal;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalStorageException;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a state machine to where the log is: from the newest snapshots that are whole, and what was committed since. */
record StateRestorer(Storage storage, Checkpointer checkpointer, SinceCheckpoints sinceCheckpoints) {
    private static final Logger logger = LoggerFactory.getLogger(StateRestorer.class);

    /** Returns how many changes were applied from the log. */
    long restore(StateMachine machine) {
        List<PartitionCheckpoint> from = new ArrayList<>();
        int partitions = checkpointer.manifest().partitions().size();
        for (int partition = 0; partition < partitions; partition++) {
            PartitionCheckpoint restored = restore(machine, partition);
            from.add(restored == null ? SinceCheckpoints.BEGINNING : restored);
        }
        long[] applied = new long[1];
        sinceCheckpoints.replay(from, change -> {
            machine.apply(change);
            applied[0]++;
        });
        return applied[0];
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
                logger.error(
                        "Snapshot {} of partition {} is damaged; falling back to the one before, if there is one",
                        storage.directory().resolve(checkpoint.snapshot()),
                        partition,
                        e);
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
