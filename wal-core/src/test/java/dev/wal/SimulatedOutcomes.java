package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.CommitModel.Change;
import dev.wal.CommitModel.Commit;
import dev.wal.PreparedModel.Prepared;
import dev.wal.SimulatedLog.Nature;
import dev.wal.Tally.Event;
import dev.wal.common.CommitUnknownException;
import dev.wal.common.Durability;
import dev.wal.common.WalException;
import dev.wal.common.WalSpaceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Does what may fail, and tells the models of a {@link SimulatedLog} how it ended. */
final class SimulatedOutcomes {
    private static final long PATIENCE_SECONDS = 20;

    /** How something that must not be done by halves ended. */
    enum Outcome {
        DONE,
        UNKNOWN,
        REFUSED
    }

    /** An asynchronous commit that is under way. */
    private record Pending(Commit commit, CompletableFuture<CommitReceipt> receipt, Durability level) {}

    private final SimulatedLog log;
    private final Nature nature;
    private final CommitModel commits;
    private final Tally tally;
    private final List<Pending> pending = new ArrayList<>();
    private boolean failed;

    SimulatedOutcomes(SimulatedLog log, Nature nature, CommitModel commits, Tally tally) {
        this.log = log;
        this.nature = nature;
        this.commits = commits;
        this.tally = tally;
    }

    /** Nothing is known of asynchronous commits that were under way. */
    void opening() {
        failed = false;
        pending.clear();
    }

    /** Whether the log has failed, and so must do nothing more. */
    boolean hasFailed() {
        return failed;
    }

    boolean isPending() {
        return !pending.isEmpty();
    }

    /** A log that was closed has told every outcome. */
    void settleAll() {
        pending.forEach(this::settle);
        pending.clear();
    }

    /** Does something that commits nothing; whether it was done. */
    boolean attempt(Runnable action) {
        try {
            action.run();
            return true;
        } catch (WalException e) {
            noteRefusal(e);
            return false;
        } finally {
            noteFailure();
        }
    }

    /** Commits; the model is told of the outcome. */
    Outcome commit(List<Change> changes, Durability level, Runnable action) {
        return commit(commits.begin(changes, nature.isPeriodic(level)), level, action);
    }

    /** Commits what was prepared. */
    void commit(Prepared promise, Durability level, Runnable action) {
        promise.decideToCommit();
        Commit commit = commits.begin(promise.changes, nature.isPeriodic(level));
        promise.committed(commit(commit, level, action) == Outcome.REFUSED ? null : commit);
    }

    private Outcome commit(Commit commit, Durability level, Runnable action) {
        Outcome outcome = decisive("commit", action);
        if (outcome == Outcome.DONE) {
            commits.acknowledged(commit, nature.isForced(level), log.nanos());
            tally.add(Event.COMMITS);
        } else if (outcome == Outcome.REFUSED) {
            commits.refused(commit);
        }
        settlePending();
        return outcome;
    }

    /** Prepares; that is forced at every level. */
    Outcome prepare(Runnable action) {
        Outcome outcome = decisive("prepare", action);
        if (outcome == Outcome.DONE) {
            commits.allForced();
            tally.add(Event.PREPARED_TRANSACTIONS);
        }
        settlePending();
        return outcome;
    }

    /** A log that has failed does no such thing. */
    private Outcome decisive(String what, Runnable action) {
        boolean hadFailed = failed;
        try {
            action.run();
            assertThat(hadFailed).as("a failed log acknowledged a %s", what).isFalse();
            return Outcome.DONE;
        } catch (CommitUnknownException e) {
            log.tell("    " + what + " of unknown outcome");
            tally.add(Event.COMMITS_OF_UNKNOWN_OUTCOME);
            return Outcome.UNKNOWN;
        } catch (WalException e) {
            noteRefusal(e);
            return Outcome.REFUSED;
        } finally {
            noteFailure();
        }
    }

    void commitAsync(List<Change> changes, Durability level, Supplier<CompletableFuture<CommitReceipt>> action) {
        Pending one = new Pending(commits.begin(changes, nature.isPeriodic(level)), action.get(), level);
        // One that was refused does not wait for those before it.
        if (isRefused(one.receipt())) {
            settle(one);
        } else {
            pending.add(one);
        }
        noteFailure();
        settlePending();
    }

    /** Refusals are told at once; other outcomes may not be known yet. */
    private static boolean isRefused(CompletableFuture<CommitReceipt> receipt) {
        return receipt.isCompletedExceptionally()
                && !(receipt.handle((done, failure) -> failure).join() instanceof CommitUnknownException);
    }

    private void noteRefusal(WalException e) {
        log.tell("    refused: " + e.getClass().getSimpleName());
        tally.add(Event.REFUSED_FOR_SPACE, e instanceof WalSpaceException ? 1 : 0);
    }

    void noteFailure() {
        if (!failed && log.wal().status().state() == WalStatus.State.FAILED) {
            log.tell("    failed: " + log.wal().status().failure().orElseThrow());
            failed = true;
            tally.add(Event.FAILED_LOGS);
            log.threads().flush();
            settlePending();
        }
    }

    /** Asks what became of asynchronous commits that must be decided by now. */
    void settlePending() {
        WalStatus status = log.wal().status();
        boolean allForced = status.durableMark() == status.position();
        while (!pending.isEmpty()) {
            Pending first = pending.get(0);
            if (!failed && !allForced && nature.isForced(first.level())) {
                return;
            }
            pending.remove(0);
            settle(first);
        }
    }

    private void settle(Pending one) {
        try {
            one.receipt().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            commits.acknowledged(one.commit(), nature.isForced(one.level()), log.nanos());
            tally.add(Event.COMMITS);
        } catch (ExecutionException e) {
            log.tell("    asynchronous: " + e.getCause().getClass().getSimpleName());
            if (!(e.getCause() instanceof CommitUnknownException)) {
                commits.refused(one.commit());
            }
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("nobody tells the outcome of " + one.commit(), e);
        }
    }
}
