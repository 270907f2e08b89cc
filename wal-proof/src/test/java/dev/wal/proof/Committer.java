package dev.wal.proof;

import dev.wal.WalManager;
import dev.wal.WalStatus;
import dev.wal.WalTransaction;
import dev.wal.common.CommitUnknownException;
import dev.wal.common.WalException;
import dev.wal.common.WalFailedException;
import dev.wal.common.WalSpaceException;
import dev.wal.record.Row;
import dev.wal.state.DurableMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A thread that commits one transaction after the other until the log accepts no more, and makes sure that it does not. */
final class Committer implements Runnable {
    /** Without forces, a thread writes more within a second than anybody needs. */
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

    private static final int ATTEMPTS_FOR_SPACE = 50;

    private final OpenLog log;
    private final Run run;
    private final Gate gate;
    private final Report report;
    private final int thread;
    private final long last;

    /** What is written to. */
    record OpenLog(WalManager wal, DurableMap<Long, String> map, BoundTransactions bound) {}

    /** @param last number of the transaction of this thread that was found last */
    Committer(OpenLog log, Run run, Gate gate, int thread, long last) {
        this.log = log;
        this.run = run;
        this.gate = gate;
        this.report = gate.report();
        this.thread = thread;
        this.last = last;
    }

    private enum Outcome {
        ACKNOWLEDGED,
        REFUSED_FOR_SPACE,
        ENDED
    }

    @Override
    public void run() {
        try {
            commitUntilTheLogEnds();
        } catch (RuntimeException | Error e) {
            report.error("commit", e);
        }
    }

    private void commitUntilTheLogEnds() {
        int withoutSpace = 0;
        long number = last + 1;
        while (withoutSpace < ATTEMPTS_FOR_SPACE) {
            switch (commit(Plan.of(run.seed(), thread, number, run.life()))) {
                case ACKNOWLEDGED -> {
                    number++;
                    withoutSpace = 0;
                }
                case REFUSED_FOR_SPACE -> withoutSpace++;
                case ENDED -> {
                    makeSureThatItStaysSo();
                    return;
                }
            }
            if (!run.level().forces() || withoutSpace > 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private Outcome commit(Plan plan) {
        boolean past = gate.isPast();
        long number = plan.number();
        boolean began = false;
        try {
            if (plan.rolledBackFirst()) {
                try (WalTransaction transaction = log.wal().begin()) {
                    write(plan.rolledBack(run.seed()), transaction);
                }
            }
            try (WalTransaction transaction = log.wal().begin()) {
                gate.spills(plan.changes().size() > Plan.LARGE_CHANGES);
                report.begins(thread, number);
                began = true;
                write(plan, transaction);
                long position = transaction.commit().position();
                report.acknowledged(thread, number, position);
            }
            gate.committed();
            if (past) {
                report.error(
                        "commit", new IllegalStateException("acknowledged though it began after the power was cut"));
            }
            return Outcome.ACKNOWLEDGED;
        } catch (CommitUnknownException e) {
            report.unknown(thread, number);
            return Outcome.ENDED;
        } catch (WalException e) {
            if (began) {
                report.refused(thread, number, e);
            }
            return e instanceof WalSpaceException ? Outcome.REFUSED_FOR_SPACE : Outcome.ENDED;
        } finally {
            gate.spills(false);
            log.bound().bind(null);
        }
    }

    private void write(Plan plan, WalTransaction transaction) {
        log.bound().bind(transaction);
        for (Plan.Change change : plan.changes()) {
            if (change instanceof Plan.Put put) {
                log.map().put(put.key(), put.value());
            } else if (change instanceof Plan.Remove remove) {
                log.map().remove(remove.key());
            } else if (change instanceof Plan.Entry entry) {
                transaction.insert(
                        Journal.TABLE, entry.partition(), plan.number(), Journal.row(thread, plan.number(), entry));
            }
        }
    }

    /** After the first failure, every call is told so. */
    private void makeSureThatItStaysSo() {
        if (log.wal().status().state() != WalStatus.State.FAILED) {
            report.error(
                    "status",
                    new IllegalStateException(
                            "the log failed, and is " + log.wal().status().state()));
        }
        for (int i = 0; i < 3; i++) {
            try (WalTransaction transaction = log.wal().begin()) {
                transaction.insert(Journal.TABLE, 0, 0, Row.of());
                transaction.commit();
                report.error("commit", new IllegalStateException("acknowledged after the log had failed"));
            } catch (WalFailedException expected) {
                // That is what the log promises.
            }
        }
    }
}
