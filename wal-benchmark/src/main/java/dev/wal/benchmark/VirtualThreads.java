package dev.wal.benchmark;

import dev.wal.WalManager;
import dev.wal.common.Durability;
import dev.wal.record.Row;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** Virtual threads that commit and wait, one after the other. They are found by reflection, because this is compiled for Java 17. */
final class VirtualThreads implements Flow.Running {
    private final Engine engine;
    private final ExecutorService executor;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean ended;

    private VirtualThreads(Path directory, int number, Recorder nanos, ExecutorService executor) {
        this.executor = executor;
        engine = Engine.open(directory, Durability.groupCommit());
        for (int i = 0; i < number; i++) {
            int partition = i % Engine.PARTITIONS;
            executor.execute(() -> loop(partition, nanos));
        }
    }

    /** Empty on a JDK that has no virtual threads. */
    static Optional<Flow> flow(String name, int threads) {
        return executors()
                .map(method -> new Flow(
                        name, (directory, nanos) -> new VirtualThreads(directory, threads, nanos, executor(method))));
    }

    private static Optional<Method> executors() {
        try {
            return Optional.of(Executors.class.getMethod("newVirtualThreadPerTaskExecutor"));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
    }

    private static ExecutorService executor(Method method) {
        try {
            return (ExecutorService) method.invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("No virtual threads can be made", e);
        }
    }

    private void loop(int partition, Recorder nanos) {
        WalManager manager = engine.manager();
        Row row = Engine.row();
        try {
            while (!ended) {
                long start = System.nanoTime();
                Engine.commit(manager, partition, DurableContenders.WORK.operations(), row);
                nanos.recordValue(System.nanoTime() - start);
            }
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    @Override
    public long forces() {
        return engine.forces();
    }

    @Override
    public void close() throws IOException {
        ended = true;
        executor.shutdown();
        try {
            if (!executor.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IOException("Virtual threads did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while virtual threads ended", e);
        } finally {
            engine.close();
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IOException("A virtual thread failed", failed);
        }
    }
}
