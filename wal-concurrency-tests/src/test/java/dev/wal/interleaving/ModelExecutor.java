package dev.wal.interleaving;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Stands for a {@link java.util.concurrent.ThreadPoolExecutor} of a fixed size that discards what comes after its end. It has one thread, however many it may have: those who use several do without them, too.
 */
public final class ModelExecutor extends AbstractExecutorService {
    private final ThreadFactory factory;
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private Thread worker;
    private boolean shutDown;
    private boolean ended;

    public ModelExecutor(
            int least,
            int most,
            long keepAlive,
            TimeUnit unit,
            BlockingQueue<Runnable> queue,
            ThreadFactory factory,
            RejectedExecutionHandler policy) {
        if (least != most || !(policy instanceof DiscardPolicy)) {
            throw new UnsupportedOperationException();
        }
        this.factory = factory;
    }

    /** Stands for {@link java.util.concurrent.ThreadPoolExecutor.DiscardPolicy}. */
    public static final class DiscardPolicy implements RejectedExecutionHandler {
        @Override
        public void rejectedExecution(Runnable task, ThreadPoolExecutor executor) {}
    }

    @Override
    public void execute(Runnable task) {
        Scheduler.step();
        if (shutDown) {
            return;
        }
        tasks.add(task);
        if (worker == null) {
            worker = factory.newThread(this::work);
            worker.start();
        }
    }

    private void work() {
        while (true) {
            Scheduler.current().await("a task", () -> shutDown || !tasks.isEmpty());
            Runnable task = tasks.poll();
            if (task == null) {
                ended = true;
                return;
            }
            task.run();
        }
    }

    @Override
    public void shutdown() {
        Scheduler.step();
        shutDown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        Scheduler.step();
        shutDown = true;
        List<Runnable> forgotten = List.copyOf(tasks);
        tasks.clear();
        return forgotten;
    }

    /** Time does not pass here: no thread is idle for too long. */
    public void allowCoreThreadTimeOut(boolean value) {}

    @Override
    public boolean isShutdown() {
        Scheduler.step();
        return shutDown;
    }

    @Override
    public boolean isTerminated() {
        Scheduler.step();
        return shutDown && (worker == null || ended);
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        Scheduler.current().await("the end of an executor", () -> shutDown && (worker == null || ended));
        return true;
    }
}
