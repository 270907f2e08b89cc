package dev.wal.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Runs the threads of a contender for a while: first unmeasured, so that they reach their pace, then measured. */
final class Measurement {
    private static final com.sun.management.OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    private static final com.sun.management.ThreadMXBean THREADS =
            ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class);

    private final Duration leadIn;
    private final Duration duration;
    private volatile Phase phase = Phase.LEAD_IN;

    private enum Phase {
        LEAD_IN,
        MEASURED,
        ENDED
    }

    /** What one thread saw of the measured phase. */
    private record Seen(Histogram latencies, long allocatedBytes) {}

    Measurement(Duration leadIn, Duration duration) {
        this.leadIn = leadIn;
        this.duration = duration;
    }

    /** Measures; once for each object. */
    Figures of(Contender contender, Path directory) throws IOException {
        try (Contender.Session session = contender.opener().open(directory)) {
            return of(contender, session);
        }
    }

    private Figures of(Contender contender, Contender.Session session) throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(contender.threads());
        try {
            List<Future<Seen>> threads = new ArrayList<>();
            for (int i = 0; i < contender.threads(); i++) {
                Contender.Committer committer = session.committer(i);
                threads.add(pool.submit(() -> run(committer)));
            }
            pause(leadIn);
            long forces = session.forces();
            long cpu = PROCESS.getProcessCpuTime();
            long start = System.nanoTime();
            phase = Phase.MEASURED;
            pause(duration);
            phase = Phase.ENDED;
            double seconds = (System.nanoTime() - start) / 1e9;
            cpu = PROCESS.getProcessCpuTime() - cpu;
            forces = forces == Contender.UNCOUNTED ? Contender.UNCOUNTED : session.forces() - forces;
            return figures(contender.weight(), threads, seconds, cpu, forces);
        } finally {
            phase = Phase.ENDED;
            pool.shutdown();
        }
    }

    static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private Seen run(Contender.Committer committer) throws IOException {
        Histogram latencies = new Histogram(TimeUnit.SECONDS.toNanos(100), 2);
        while (phase == Phase.LEAD_IN) {
            committer.commit();
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        do {
            // At least once, however short the time and busy the machine: there is no figure without a commit.
            committer.commit();
            long end = System.nanoTime();
            latencies.recordValue(end - start);
            start = end;
        } while (phase == Phase.MEASURED);
        return new Seen(latencies, THREADS.getCurrentThreadAllocatedBytes() - allocated);
    }

    private static Figures figures(int weight, List<Future<Seen>> threads, double seconds, long cpuNanos, long forces)
            throws IOException {
        Histogram latencies = new Histogram(TimeUnit.SECONDS.toNanos(100), 2);
        long allocated = 0;
        for (Future<Seen> thread : threads) {
            Seen seen = outcome(thread);
            latencies.add(seen.latencies);
            allocated += seen.allocatedBytes;
        }
        double commits = (double) latencies.getTotalCount() * weight;
        return new Figures(
                commits / seconds,
                forces == Contender.UNCOUNTED ? Double.NaN : forces / commits,
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3,
                latencies.getMaxValue() / 1e3,
                cpuNanos / 1e3 / commits,
                allocated / commits);
    }

    private static Seen outcome(Future<Seen> thread) throws IOException {
        try {
            return thread.get();
        } catch (ExecutionException e) {
            throw new IOException("A measured thread failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while measuring", e);
        }
    }
}
