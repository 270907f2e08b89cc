package dev.wal.proof;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A log of a writer, from its open to its end, as it is told of by the writer. */
final class Life {
    /** Where forty processes wait for two processors, a minute has been too short. */
    static final long PATIENCE_SECONDS = 300;

    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch atMoment = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    void told(String line) {
        if (line.startsWith("at ")) {
            lines.add(line);
            atMoment.countDown();
            opened.countDown();
        } else if (line.startsWith("opened ")) {
            lines.add(line);
            opened.countDown();
        } else if (line.equals("ended")) {
            end();
        } else {
            lines.add(line);
        }
    }

    /** Nothing more will be told. */
    void end() {
        opened.countDown();
        atMoment.countDown();
        ended.countDown();
    }

    /** Waits until the log is open, or cannot be opened, or the writer is held; tells whether one of these came. */
    boolean awaitOpen() throws InterruptedException {
        return opened.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits until the writer is held or has ended, or for a time. */
    void awaitMoment(long millis) throws InterruptedException {
        atMoment.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Waits until the writer has closed the log by itself; tells whether it has. */
    boolean awaitEnd() throws InterruptedException {
        return ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** What was told, which is all once it has ended. */
    Told told() {
        return Told.of(List.copyOf(lines));
    }
}
