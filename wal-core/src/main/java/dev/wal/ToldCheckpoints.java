package dev.wal;

import dev.wal.common.EventKeys;
import dev.wal.common.WalObserver;
import dev.wal.log.Observers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes checkpoints, and tells the observer and the logger of them.
 *
 * @param directory of the log, for messages
 */
record ToldCheckpoints(Checkpointer checkpointer, WalObserver observer, Path directory) {
    /** The name that users know. */
    private static final Logger logger = LoggerFactory.getLogger(WalManager.class);

    CheckpointReport of(List<Integer> partitions) {
        return told(checkpointer.checkpoint(partitions));
    }

    /** As {@link Checkpointer#checkpointChanged()}. */
    Optional<CheckpointReport> ofChanged() {
        return checkpointer.checkpointChanged().map(this::told);
    }

    private CheckpointReport told(CheckpointReport report) {
        Observers.tell(observer, o -> o.checkpointed(report.duration().toNanos(), report.segmentsDropped()));
        report.partitions()
                .forEach(partition -> logger.atDebug()
                        .addKeyValue(EventKeys.DIRECTORY, directory)
                        .addKeyValue(EventKeys.PARTITION, partition.partition())
                        .addKeyValue(EventKeys.LSN, partition.lsn())
                        .addKeyValue(EventKeys.POSITION, partition.position())
                        .log("Partition {} is checkpointed below LSN {}", partition.partition(), partition.lsn()));
        long millis = report.duration().toMillis();
        logger.atInfo()
                .addKeyValue(EventKeys.DIRECTORY, directory)
                .addKeyValue(EventKeys.MILLIS, millis)
                .log(
                        "A checkpoint of {} partitions of the log in {} took {} ms and dropped {} segments",
                        report.partitions().size(),
                        directory,
                        millis,
                        report.segmentsDropped());
        return report;
    }
}
