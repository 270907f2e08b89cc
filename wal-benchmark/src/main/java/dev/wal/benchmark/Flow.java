package dev.wal.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Commits that go on by themselves, from when they are opened to when they are closed: those of futures, and of more threads than can be measured one by one.
 *
 * @param opener starts them in an empty directory
 */
record Flow(String name, Opener opener) implements Measured {
    private static final int SECONDS_MAX = 120;

    /** Starts commits; each says how long it took, once it is done. */
    interface Opener {
        Running start(Path directory, Recorder nanos) throws IOException;
    }

    /** Commits that go on. */
    interface Running extends Closeable {
        /** Forces so far. */
        long forces();

        /** Returns once all have ended; throws what one of them threw. */
        @Override
        void close() throws IOException;
    }

    @Override
    public Figures measure(Path directory, Duration leadIn, Duration duration) throws IOException {
        Recorder nanos = new Recorder(2);
        try (Running running = opener.start(directory, nanos)) {
            Measurement.pause(leadIn);
            nanos.getIntervalHistogram();
            long forces = running.forces();
            double cpu = ThisProcess.cpuSeconds();
            double allocated = ThisProcess.allocatedBytes();
            long start = System.nanoTime();
            Histogram seen = new Histogram(2);
            double seconds;
            do {
                // At least one commit, however short the time and busy the machine.
                Measurement.pause(duration);
                seen.add(nanos.getIntervalHistogram());
                seconds = (System.nanoTime() - start) / 1e9;
            } while (seen.getTotalCount() == 0 && seconds < SECONDS_MAX + duration.toSeconds());
            if (seen.getTotalCount() == 0) {
                throw new IOException("Nothing was committed in " + Numbers.decimal(seconds) + " s");
            }
            double commits = seen.getTotalCount();
            return new Figures(
                    commits / seconds,
                    (running.forces() - forces) / commits,
                    seen.getValueAtPercentile(50) / 1e3,
                    seen.getValueAtPercentile(99) / 1e3,
                    seen.getMaxValue() / 1e3,
                    (ThisProcess.cpuSeconds() - cpu) * 1e6 / commits,
                    (ThisProcess.allocatedBytes() - allocated) / commits);
        }
    }
}
