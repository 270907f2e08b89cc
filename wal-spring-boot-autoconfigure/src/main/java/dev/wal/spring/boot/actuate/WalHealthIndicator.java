package dev.wal.spring.boot.actuate;

import dev.wal.WalManager;
import dev.wal.WalStatus;
import dev.wal.spring.boot.diagnostics.FailureDescription;
import dev.wal.spring.transaction.UnresolvedTransactions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} of the log: {@code DOWN} once it has ended, with the cause; {@code OUT_OF_SERVICE} while space is low, which is when no further segment could be made, so that commits are refused,
 * or will be once the current one is full; else {@code UP}, with a {@code warning} when it fills four fifths of the disk that it may take, or when transactions in doubt stay so: their keys are locked, and all others go on. For readiness, never for liveness: a restart frees no disk.
 */
public class WalHealthIndicator extends AbstractHealthIndicator {
    private static final int WARNING_PERCENT = 80;

    private final WalManager walManager;
    private final @Nullable UnresolvedTransactions joined;

    public WalHealthIndicator(WalManager walManager) {
        this(walManager, null);
    }

    /** @param joined where transactions of the log join others, and may stay in doubt */
    public WalHealthIndicator(WalManager walManager, @Nullable UnresolvedTransactions joined) {
        super("The state of the log could not be found out");
        this.walManager = walManager;
        this.joined = joined;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        WalStatus status = walManager.status();
        WalStatus.Disk disk = status.disk();
        builder.withDetail("directory", status.directory().toString())
                .withDetail("state", status.state().name())
                .withDetail("diskBytes", disk.bytes());
        disk.limit().ifPresent(limit -> builder.withDetail("maxDisk", limit));
        status.failure().ifPresent(failure -> builder.withDetail("failure", FailureDescription.of(failure)));
        if (status.state() != WalStatus.State.OPEN) {
            builder.down();
        } else if (disk.refusing() || disk.failure().isPresent()) {
            builder.outOfService();
        } else {
            builder.up();
        }
        List<String> warnings = new ArrayList<>();
        if (joined != null) {
            int unresolved = joined.unresolved();
            builder.withDetail("unresolved", unresolved);
            warnOfUnresolved(warnings, unresolved);
        }
        warnOfDisk(warnings, disk);
        if (!warnings.isEmpty()) {
            builder.withDetail("warning", String.join(" ", warnings));
        }
    }

    private static void warnOfUnresolved(List<String> warnings, int unresolved) {
        if (unresolved > 0) {
            warnings.add("Transactions in doubt (" + unresolved
                    + ") keep their keys locked, because the database does not say what became of them, or the log has"
                    + " no space to write it. They are tried again.");
        }
    }

    private static void warnOfDisk(List<String> warnings, WalStatus.Disk disk) {
        if (disk.failure().isPresent()) {
            warnings.add("No further segment can be made: "
                    + FailureDescription.of(disk.failure().get()));
        } else if (disk.limit().isPresent()) {
            long percent =
                    percent(disk.bytes() - disk.spareBytes(), disk.limit().getAsLong());
            if (percent >= WARNING_PERCENT) {
                warnings.add("The log fills " + percent
                        + " % of the disk that it may take (wal.max-disk); commits are refused at it."
                        + " Take a checkpoint, or raise the limit.");
            }
        }
    }

    private static long percent(long bytes, long limit) {
        return (long) (100.0 * bytes / limit);
    }
}
