package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.common.WalException;
import dev.wal.recovery.RecoveryReport;
import dev.wal.spring.boot.diagnostics.WalOpeningException;
import dev.wal.spring.transaction.InDoubtDecision;
import dev.wal.state.StateHolder;
import dev.wal.state.WalStates;
import java.util.List;
import org.springframework.core.metrics.ApplicationStartup;
import org.springframework.core.metrics.StartupStep;

/**
 * Recovery as steps of the application's start: {@value #OPEN}, which reads and verifies the log, and {@value #RESTORE_STATES}, which loads snapshots and applies what was
 * committed since.
 */
final class WalOpening {
    static final String OPEN = "wal.open";
    static final String RESTORE_STATES = "wal.restore-states";

    private WalOpening() {}

    static WalManager open(WalOptions options, InDoubtDecision inDoubt, ApplicationStartup startup) {
        StartupStep step = startup.start(OPEN)
                .tag("directory", () -> options.storage().directory().toString())
                .tag("partitions", () -> String.valueOf(options.partitions()));
        try {
            WalManager manager = WalManager.open(options);
            decide(inDoubt, manager);
            RecoveryReport report = manager.recoveryReport();
            step.tag("created", String.valueOf(report.created()))
                    .tag("transactions", String.valueOf(report.transactions()));
            return manager;
        } catch (WalException e) {
            throw new WalOpeningException(e);
        } finally {
            step.end();
        }
    }

    private static void decide(InDoubtDecision inDoubt, WalManager manager) {
        boolean done = false;
        try {
            inDoubt.decide(manager);
            done = true;
        } finally {
            if (!done) {
                // The context does not know the bean yet, and would not close it.
                manager.close();
            }
        }
    }

    /** @return how many changes were applied from the log */
    static long restoreStates(WalManager manager, List<StateHolder> states, ApplicationStartup startup) {
        StartupStep step = startup.start(RESTORE_STATES).tag("states", String.valueOf(states.size()));
        try {
            long changes = WalStates.attach(manager, states);
            step.tag("changes", String.valueOf(changes));
            return changes;
        } catch (WalException e) {
            throw new WalOpeningException(e);
        } finally {
            step.end();
        }
    }
}
