package dev.wal.log;

import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A queue with room for one batch that is about to be appended and completed. */
class StressedQueue {
    static final int POSITION = 8;
    static final int END = 16;
    static final int TIME = 3;
    static final int LSN = 5;

    final BlockingQueue<Runnable> outcomes = new LinkedBlockingQueue<>();
    final CommitQueue queue = new CommitQueue(new LogFailure(Path.of("none")), outcomes);

    /** Written by the handler. */
    int applied;

    final Batch batch = new Batch(0, handled -> applied = 1);

    StressedQueue() {
        batch.added(0, 0);
    }

    /** What the holder of the append lock does. */
    void append() {
        batch.placed(POSITION, END, TIME);
        batch.firstLsn(0, LSN);
        queue.addLocked(batch);
    }

    void complete() {
        queue.complete(END, END);
    }

    /** 1 if all that a completed batch tells can be seen, 2 if something is missing. */
    int seen() {
        boolean all = batch.position() == POSITION
                && batch.end() == END
                && batch.commitTimeMicros() == TIME
                && batch.firstLsn(0) == LSN
                && applied == 1;
        return all ? 1 : 2;
    }
}
