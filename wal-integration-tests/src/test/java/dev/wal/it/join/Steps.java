package dev.wal.it.join;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stops one thread of the application at one step, once, until the harness lets it go on. Safe for use by several threads. */
final class Steps {
    private final Pipe pipe;
    private final @Nullable Step wanted;
    private final AtomicInteger left;
    private final CountDownLatch goesOn = new CountDownLatch(1);

    /**
     * @param wanted null for none
     * @param passes how often the step is passed before it stops a thread
     */
    Steps(Pipe pipe, @Nullable Step wanted, int passes) {
        this.pipe = pipe;
        this.wanted = wanted;
        this.left = new AtomicInteger(passes);
    }

    void reached(Step step) {
        if (step != wanted || left.getAndDecrement() != 0) {
            return;
        }
        pipe.say("reached " + step);
        boolean interrupted = false;
        while (true) {
            try {
                goesOn.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void goOn() {
        goesOn.countDown();
    }
}
