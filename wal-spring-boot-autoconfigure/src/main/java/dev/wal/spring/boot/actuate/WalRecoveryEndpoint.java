package dev.wal.spring.boot.actuate;

import dev.wal.WalManager;
import dev.wal.recovery.PartitionRecovery;
import dev.wal.recovery.RecoveryReport;
import dev.wal.recovery.SnapshotFallback;
import java.util.List;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@code /actuator/walrecovery}: what opening the log found and did. */
@Endpoint(id = "walrecovery", defaultAccess = Access.READ_ONLY)
public class WalRecoveryEndpoint {
    private final WalManager walManager;

    public WalRecoveryEndpoint(WalManager walManager) {
        this.walManager = walManager;
    }

    @ReadOperation
    public RecoveryDescriptor recovery() {
        RecoveryReport report = walManager.recoveryReport();
        return new RecoveryDescriptor(
                report.created(),
                report.transactions(),
                report.verdict().name(),
                report.bytesRead(),
                report.bytesCut(),
                report.keptAside(),
                report.partitionsAhead(),
                report.snapshotFallbacks(),
                report.duration().toNanos() / 1e9,
                report.partitions());
    }

    /**
     * @param created whether the log was new
     * @param transactions committed transactions found, each counted once
     * @param verdict how the log ended: {@code CLEAN}, {@code TORN} or {@code CORRUPT}
     * @param keptAside files that hold the bytes that were cut
     * @param partitionsAhead partitions whose snapshots are newer than what was left of the log
     * @param snapshotFallbacks snapshots that were damaged, and what was used instead
     */
    public record RecoveryDescriptor(
            boolean created,
            long transactions,
            String verdict,
            long bytesRead,
            long bytesCut,
            List<String> keptAside,
            List<Integer> partitionsAhead,
            List<SnapshotFallback> snapshotFallbacks,
            double seconds,
            List<PartitionRecovery> partitions) {}
}
