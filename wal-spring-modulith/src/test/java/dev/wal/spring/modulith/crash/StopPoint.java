package dev.wal.spring.modulith.crash;

import java.util.concurrent.CountDownLatch;

/** The moment at which a life of the shop stops, says so, and waits to be killed. */
final class StopPoint {
    private final String name;

    /** @param name a step and an order, as {@code before-markCompleted:3} */
    StopPoint(String name) {
        this.name = name;
    }

    void reached(String step, long order) {
        if (name.equals(step + ":" + order)) {
            CrashShop.say("at " + name);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("Nobody interrupts a process that is to be killed", e);
            }
        }
    }
}
