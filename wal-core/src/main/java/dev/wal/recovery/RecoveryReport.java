package dev.wal.recovery;

import dev.wal.segment.TailVerdict;
import java.time.Duration;
import java.util.List;

/**
 * What opening a log found and did.
 *
 * @param created whether the log is new
 * @param transactions committed transactions found, each counted once
 * @param verdict how the log ended
 * @param bytesRead bytes of the log that were read and verified
 * @param bytesCut bytes that were cut from the end
 * @param keptAside files that hold the cut bytes
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
        Duration duration,
        List<PartitionRecovery> partitions) {}
