package dev.wal.recovery;

import dev.wal.segment.TailVerdict;
import java.time.Duration;
import java.util.List;

/**
 * What opening a log found and did. Immutable.
 *
 * @param created whether the log is new
 * @param transactions committed transactions found, each counted once
 * @param verdict how the log ended
 * @param bytesRead bytes of the log that were read and verified
 * @param bytesCut bytes that were cut from the end
 * @param keptAside files that hold the cut bytes
 * @param partitionsAhead partitions whose snapshots are newer than what {@link dev.wal.common.RecoveryMode#STOP_AT_DAMAGE} left of the log, and are kept: of transactions over
 *     these and other partitions that were given up they hold a part
 * @param snapshotFallbacks snapshots that were damaged, and what was used instead; known once a state machine is attached
 * @param duration of opening
 * @param partitions one for each partition
 */
public record RecoveryReport(
        boolean created,
        long transactions,
        TailVerdict verdict,
        long bytesRead,
        long bytesCut,
        List<String> keptAside,
        List<Integer> partitionsAhead,
        List<SnapshotFallback> snapshotFallbacks,
        Duration duration,
        List<PartitionRecovery> partitions) {

    /** The same, with what attaching a state machine found. */
    public RecoveryReport withFallbacks(List<SnapshotFallback> fallbacks) {
        return new RecoveryReport(
                created,
                transactions,
                verdict,
                bytesRead,
                bytesCut,
                keptAside,
                partitionsAhead,
                List.copyOf(fallbacks),
                duration,
                partitions);
    }
}
