package dev.wal.log;

import dev.wal.common.WalObserver;

/** Tells an observer of the outcome of an asynchronous commit, before those who wait for it. */
record ObservedCommit(WalObserver.Observed observed, Batch.AsyncCommit outcome) implements Batch.AsyncCommit {
    @Override
    public void succeeded() {
        Observers.ended(observed, null);
        outcome.succeeded();
    }

    @Override
    public void failed(RuntimeException cause) {
        Observers.ended(observed, cause);
        outcome.failed(cause);
    }
}
