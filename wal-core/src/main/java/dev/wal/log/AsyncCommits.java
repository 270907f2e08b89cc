package dev.wal.log;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the outcomes of asynchronous commits, in log order, by a thread of its own, so that what depends on them runs neither on the path of a force nor under a
 * lock; and bounds how many outcomes are awaited. Safe for use by several threads.
 */
final class AsyncCommits {
    private static final Logger logger = LoggerFactory.getLogger(AsyncCommits.class);
    private static final int MAX_AWAITED = 16 * 1024;

    private final BlockingQueue<Runnable> outcomes = new LinkedBlockingQueue<>();
    private final Semaphore window = new Semaphore(MAX_AWAITED);
    private final Thread teller;
    private volatile boolean ended;

    AsyncCommits(String threadName) {
        teller = Daemons.thread(this::tell, threadName);
    }

    void start() {
        teller.start();
    }

    /** Where outcomes are put, in log order. */
    BlockingQueue<Runnable> outcomes() {
        return outcomes;
    }

    /** Has a batch tell its outcome. Blocks while too many outcomes are awaited, except for the thread that tells them: it would wait for itself. */
    void enter(Batch batch, Batch.AsyncCommit outcome) {
        if (Thread.currentThread() == teller) {
            batch.asyncCommit = outcome;
        } else {
            window.acquireUninterruptibly();
            batch.asyncCommit = new Counted(outcome);
        }
    }

    /** Takes back that a batch has entered: nothing of it was appended. */
    void leave(Batch batch) {
        if (batch.asyncCommit instanceof Counted) {
            window.release();
        }
    }

    /** Ends the thread once it has told all outcomes so far. */
    void end() {
        outcomes.add(() -> ended = true);
    }

    private void tell() {
        while (!ended) {
            try {
                outcomes.take().run();
            } catch (InterruptedException e) {
                // Nobody but the owner of the log ends this thread, by an outcome of its own.
                logger.debug("Interrupt ignored", e);
            } catch (RuntimeException | Error e) {
                logger.warn("A dependent of an asynchronous commit threw; later ones are told all the same", e);
            }
        }
    }

    /** An outcome that has a place in the window, up to when it is told. */
    private final class Counted implements Batch.AsyncCommit {
        private final Batch.AsyncCommit outcome;

        private Counted(Batch.AsyncCommit outcome) {
            this.outcome = outcome;
        }

        @Override
        public void succeeded() {
            window.release();
            outcome.succeeded();
        }

        @Override
        public void failed(RuntimeException cause) {
            window.release();
            outcome.failed(cause);
        }
    }
}
