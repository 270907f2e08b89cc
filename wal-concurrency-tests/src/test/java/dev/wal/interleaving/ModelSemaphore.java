package dev.wal.interleaving;

/** Stands for {@link java.util.concurrent.Semaphore}. */
public final class ModelSemaphore {
    private int permits;

    public ModelSemaphore(int permits) {
        this.permits = permits;
    }

    public void acquireUninterruptibly() {
        Scheduler.current().await("a permit", () -> permits > 0);
        permits--;
    }

    public boolean tryAcquire() {
        Scheduler.step();
        if (permits == 0) {
            return false;
        }
        permits--;
        return true;
    }

    public void release() {
        Scheduler.step();
        permits++;
    }
}
