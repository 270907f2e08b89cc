package dev.wal.log;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.Durability;
import dev.wal.common.EventKeys;
import dev.wal.common.ForceReason;
import dev.wal.common.WalException;
import dev.wal.common.WalFailedException;
import dev.wal.common.WriteInApplyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes batches to the level of durability that they ask for, and completes them. Safe for use by several threads. */
final class Committer {
    private static final Logger logger = LoggerFactory.getLogger(Committer.class);

    private final LogSettings settings;
    private final LogFailure failure;
    private final Tail tail;
    private final CommitQueue queue;
    private final CommitQueue tokens;
    private final AsyncCommits asyncCommits;
    private final DurableWatch watch;
    private final GrowthWatch growth;
    private final LogThreads threads;
    private final GroupForce groupForce;
    private final Flusher flusher;

    /**
     * @param queue of batches
     * @param tokens of those who wait for a force, but committed nothing
     */
    Committer(
            LogSettings settings,
            LogFailure failure,
            Tail tail,
            CommitQueue queue,
            CommitQueue tokens,
            AsyncCommits asyncCommits,
            DurableWatch watch,
            GrowthWatch growth,
            LogThreads threads) {
        this.watch = watch;
        this.growth = growth;
        this.settings = settings;
        this.failure = failure;
        this.tail = tail;
        this.queue = queue;
        this.tokens = tokens;
        this.asyncCommits = asyncCommits;
        this.threads = threads;
        this.groupForce = new GroupForce(
                tail,
                this::complete,
                failure,
                settings.observer(),
                settings.nanoTime(),
                threads::isCallerVirtual,
                this::wakeFlusher);
        this.flusher = new Flusher(
                tail, groupForce, failure, settings.durability(), settings.nanoTime(), this::force, this::failed);
        failure.onFirst(flusher::wake);
    }

    void start() {
        flusher.start(threads);
    }

    void append(Batch batch) {
        refuseInHandler();
        tail.append(batch, false);
        appended(batch);
    }

    void tryAppend(Batch batch) {
        refuseInHandler();
        if (tail.tryAppend(batch)) {
            appended(batch);
        }
    }

    private void appended(Batch batch) {
        flusher.appended();
        growth.appended(batch.end());
        Observers.tell(settings.observer(), o -> o.appended(batch.records(), batch.end() - batch.position()));
    }

    void appendForCommit(Batch batch) {
        refuseInHandler();
        batch.mustBeForced = durabilityOf(batch).forcesBeforeCommitReturns();
        batch.ledByLog = groupForce.isShared() && threads.isCallerVirtual();
        try {
            tail.append(batch, batch.mustBeForced || batch.handler != null);
        } catch (WalFailedException e) {
            throw batch.position() < 0 ? e : failure.unknown(batch);
        }
        appended(batch);
    }

    void awaitCommit(Batch batch) {
        if (!batch.mustBeForced) {
            try {
                tail.writeTo(batch.end());
                forceIfIntervalPassed(batch);
            } catch (WalException e) {
                throw failure.unknown(batch);
            }
            if (batch.handler == null) {
                return;
            }
            queue.complete(tail.written(), tail.durable());
        }
        groupForce.await(batch, durabilityOf(batch));
    }

    void commitAsync(Batch batch, Batch.AsyncCommit outcome) {
        refuseInHandler();
        asyncCommits.enter(batch, outcome);
        batch.ledByLog = true;
        batch.mustBeForced = durabilityOf(batch).forcesBeforeCommitReturns();
        try {
            tail.append(batch, true);
            appended(batch);
        } catch (RuntimeException | Error e) {
            if (batch.position() < 0) {
                asyncCommits.leave(batch);
                throw e;
            }
        }
        if (failure.isSet()) {
            failAll();
        } else if (batch.mustBeForced) {
            flusher.wake();
        } else {
            completeUnforced(batch);
        }
    }

    private void completeUnforced(Batch batch) {
        try {
            tail.writeTo(batch.end());
            forceIfIntervalPassed(batch);
            queue.complete(tail.written(), tail.durable());
        } catch (WalException e) {
            // The outcome of the batch is told to its own callback: the log has failed.
            failAll();
        }
    }

    private Durability durabilityOf(Batch batch) {
        Durability own = batch.durability;
        return own == null ? settings.durability() : own;
    }

    /** A periodic log acknowledges nothing while the oldest commit that is not forced is older than the interval. */
    private void forceIfIntervalPassed(Batch batch) {
        if (durabilityOf(batch) instanceof Durability.Periodic periodic
                && tail.oldestUnforcedAgeNanos() > periodic.interval().toNanos()) {
            force(ForceReason.INTERVAL);
        }
    }

    /** Returns once all that was appended before the call is forced. */
    void force(ForceReason reason) {
        refuseInHandler();
        failure.throwIfSet();
        Batch token = new Batch(0, null);
        token.forceReason = reason;
        token.mustBeForced = true;
        token.durability(Durability.synchronous());
        if (tail.appendToken(token)) {
            try {
                groupForce.await(token, Durability.synchronous());
            } catch (CommitUnknownException e) {
                throw failure.notForced();
            }
        }
    }

    private void complete() {
        long written = tail.written();
        long durable = tail.durable();
        queue.complete(written, durable);
        tokens.complete(written, durable);
        watch.signal();
    }

    private void wakeFlusher() {
        flusher.wake();
    }

    /** A handler that waited for the log would wait for itself. */
    void refuseInHandler() {
        if (queue.isCompleting()) {
            throw new WriteInApplyException();
        }
    }

    /** By a thread that holds no lock. */
    private void failed() {
        failAll();
        watch.signal();
        growth.end();
        Throwable cause = failure.cause();
        if (cause != null) {
            logger.atError()
                    .setCause(cause)
                    .addKeyValue(EventKeys.DIRECTORY, failure.directory())
                    .addKeyValue(EventKeys.POSITION, tail.durable())
                    .log(
                            "The log in {} has ended after a failure and accepts nothing more; restart to recover",
                            failure.directory());
            Observers.tell(settings.observer(), o -> o.failed(cause));
        }
    }

    private void failAll() {
        queue.failAll();
        tokens.failAll();
    }

    /** Forces what was appended, and covers it by a mark, unless the log has failed. Nothing may be appended any more. */
    void finish() {
        try {
            if (!failure.isSet()) {
                force(ForceReason.REQUEST);
                tail.appendMark();
                force(ForceReason.REQUEST);
            }
        } catch (WalException e) {
            logger.warn("The log in {} could not be forced when it was closed", failure.directory(), e);
        } finally {
            // Not before: an asynchronous commit, or that of a virtual thread, may be the first that waits for the next
            // force, and only the flusher leads for it.
            flusher.stop();
            if (failure.isSet()) {
                failAll();
            }
        }
    }

    /** Waits until nobody forces, and nobody can any more, and completes what was forced. */
    void end() {
        groupForce.awaitNoLeader();
        // The last leader may not have come to it yet.
        complete();
        asyncCommits.end();
    }
}
