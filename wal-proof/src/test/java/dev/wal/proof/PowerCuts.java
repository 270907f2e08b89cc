package dev.wal.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Logs whose lives end in power cuts, and now and then in a kill. */
final class PowerCuts {
    private static final int CUTS_OF_A_LOG = 40;
    private static final int LATEST_MILLIS = 200;
    private static final long MOMENT_PATIENCE_MILLIS = 1000;

    private final Disk disk;
    private final Level level;
    private final Random random;
    private final Tally tally;
    private final Path evidence;
    private final boolean lies;

    private final List<Moment> moments = Moment.chosen();

    /** Where a few cuts begin, of which there are fewer than moments. */
    private final int firstMoment;

    /**
     * @param evidence directory for what is left where something went wrong
     * @param lies whether a force returns without having forced anything
     */
    PowerCuts(Disk disk, Level level, Random random, Tally tally, Path evidence, boolean lies) {
        this.disk = disk;
        this.level = level;
        this.random = random;
        this.tally = tally;
        this.evidence = evidence;
        this.lies = lies;
        this.firstMoment = random.nextInt(moments.size());
    }

    /** Cuts so often, or until something goes wrong, and returns that. */
    List<String> cut(int times) throws IOException, InterruptedException {
        for (int done = 0; done < times; done += CUTS_OF_A_LOG) {
            disk.format();
            try (Chain chain = new Chain(disk.directory(), evidence, random, tally, lies)) {
                List<String> complaints = cut(chain, Math.min(CUTS_OF_A_LOG, times - done));
                if (!complaints.isEmpty()) {
                    disk.keep(evidence);
                    return complaints;
                }
            }
        }
        return List.of();
    }

    private List<String> cut(Chain chain, int times) throws IOException, InterruptedException {
        try {
            for (int i = 0; i < times && chain.complaints().isEmpty(); i++) {
                if (random.nextInt(10) == 0) {
                    kill(chain);
                }
                // In turn, so that there are as many of each.
                cut(chain, moments.get((firstMoment + i) % moments.size()));
            }
            // The last cut is judged by what the next life finds.
            kill(chain);
            return chain.complaints();
        } finally {
            chain.endProcess();
        }
    }

    /** A life that ends with the process, which is the only thing to end. */
    private void kill(Chain chain) throws IOException, InterruptedException {
        Life life = chain.begin(level, Moment.ANY_TIME);
        life.awaitMoment(random.nextInt(LATEST_MILLIS));
        chain.endProcess();
        chain.judge(life.told(), new Crash(level, false));
    }

    /** A life that ends when the power is lost. The process sees that, and the log must end by itself; now and then the process is killed before it has. */
    private void cut(Chain chain, Moment moment) throws IOException, InterruptedException {
        boolean dies = random.nextInt(6) == 0;
        Life life = chain.begin(level, moment);
        life.awaitMoment(moment == Moment.ANY_TIME ? random.nextInt(LATEST_MILLIS) : MOMENT_PATIENCE_MILLIS);
        disk.cut(random.nextLong(), random.nextInt(4) == 0);
        chain.goOn();
        if (dies) {
            chain.endProcess();
        } else if (!life.awaitEnd()) {
            chain.complainThatItDoesNotEnd();
            chain.endProcess();
        }
        disk.restart();
        Told told = life.told();
        tally.crash(told.moment().isPresent() ? moment : Moment.ANY_TIME);
        chain.judge(told, new Crash(level, true));
    }
}
