package dev.wal.benchmark;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * Which contenders were seen to force what they call durable. Nothing else is evidence: peers have options, defaults and platforms with which they do not, and then they are fast.
 */
final class Confirmation {
    private final List<String> lines;
    private final ForceTrace forces;
    private final String impediment;

    /**
     * @param lines of a {@link TracedChild}
     * @param impediment why nothing was traced; empty if something was
     */
    Confirmation(List<String> lines, ForceTrace forces, String impediment) {
        this.lines = lines;
        this.forces = forces;
        this.impediment = impediment;
    }

    static Confirmation impossible(String impediment) {
        return new Confirmation(List.of(), ForceTrace.parse(List.of()), impediment);
    }

    /** Why a contender is not measured, if it is not: with one committer, each commit needs a force of its own. */
    Optional<String> doubt(String name) {
        if (!impediment.isEmpty()) {
            return Optional.of("durability not confirmed: " + impediment);
        }
        Optional<TracedRun> run = run(name, 1);
        if (run.isEmpty()) {
            return Optional.of("does not run here: "
                    + lines.stream()
                            .flatMap(line -> TracedRun.parseFailure(line, name).stream())
                            .findFirst()
                            .orElse("it ended without a word"));
        }
        long counted = forcesOf(run.get());
        long commits = run.get().commits();
        return counted >= commits
                ? Optional.empty()
                : Optional.of("durability not confirmed: " + counted + " forces for " + commits + " commits");
    }

    /** Says of some contenders why they are not measured. */
    void printDoubts(List<String> names, PrintStream out) {
        for (String name : names) {
            doubt(name).ifPresent(doubt -> out.println("Not reported: " + name + ", " + doubt + "."));
        }
    }

    /** Forces for each commit that were counted; not a number if none were. */
    double forcesPerCommit(String name, int threads) {
        return run(name, threads)
                .map(run -> forcesOf(run) / (double) run.commits())
                .orElse(Double.NaN);
    }

    private long forcesOf(TracedRun run) {
        return forces.count(run.startMicros(), run.endMicros());
    }

    private Optional<TracedRun> run(String name, int threads) {
        return lines.stream()
                .flatMap(line -> TracedRun.parse(line, name, threads).stream())
                .findFirst();
    }
}
