package dev.wal.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets contenders run in turns, so that what a disk or a machine does at some time hits all of them. Every second round goes backwards. Each run begins in an
 * empty directory; these are deleted together at the end, because deleting large files slows down what comes next.
 */
final class Rounds {
    private static final Duration LEAD_IN_MAX = Duration.ofMillis(300);

    private final RoundOptions options;
    private final Path directory;
    private int runs;

    Rounds(RoundOptions options) {
        this.options = options;
        this.directory = options.directory().resolve("runs");
    }

    /** What was found, by name and in the order given: one for each round. */
    Map<String, List<Figures>> run(List<? extends Measured> contenders) throws IOException {
        Directories.delete(directory);
        try {
            return runInTurns(contenders);
        } finally {
            Directories.delete(directory);
        }
    }

    private Map<String, List<Figures>> runInTurns(List<? extends Measured> contenders) throws IOException {
        Map<String, List<Figures>> found = new LinkedHashMap<>();
        List<Measured> order = new ArrayList<>();
        for (Measured contender : contenders) {
            if (options.takesPart(contender.name())) {
                order.add(contender);
                found.put(contender.name(), new ArrayList<>());
                if (!options.warmUp().isZero()) {
                    measure(contender, Duration.ZERO, options.warmUp());
                }
            }
        }
        for (int round = 0; round < options.rounds(); round++) {
            for (Measured contender : order) {
                Figures figures = measure(contender, leadIn(), options.seconds());
                found.getOrDefault(contender.name(), new ArrayList<>()).add(figures);
            }
            Collections.reverse(order);
        }
        return found;
    }

    private Duration leadIn() {
        return options.seconds().compareTo(LEAD_IN_MAX) < 0 ? options.seconds() : LEAD_IN_MAX;
    }

    private Figures measure(Measured contender, Duration leadIn, Duration duration) throws IOException {
        Path empty = Directories.create(directory.resolve("run-" + runs++));
        Settling.await(directory, options.seconds().multipliedBy(2));
        return contender.measure(empty, leadIn, duration);
    }
}
