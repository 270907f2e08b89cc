package dev.wal.benchmark;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Commits of one contender while system calls were traced, and how a {@link TracedChild} tells of them.
 *
 * @param startMicros since 1970
 */
record TracedRun(int threads, long startMicros, long endMicros, long commits) {
    private static final Pattern RUN = Pattern.compile("run (\\d+) (\\d+) (\\d+) (\\d+) (.+)");
    private static final Pattern FAILURE = Pattern.compile("failure (\\d+) ([^\t]+)\t(.*)");

    static String format(String name, TracedRun run) {
        return "run " + run.threads + " " + run.startMicros + " " + run.endMicros + " " + run.commits + " " + name;
    }

    static String formatFailure(String name, int threads, Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return "failure " + threads + " " + name + "\t"
                + String.valueOf(cause).lines().findFirst().orElse("");
    }

    /** The run that a line tells of, if it tells of one of a contender with a number of threads. */
    static Optional<TracedRun> parse(String line, String name, int threads) {
        Matcher run = RUN.matcher(line);
        if (!run.matches() || !run.group(5).equals(name) || Integer.parseInt(run.group(1)) != threads) {
            return Optional.empty();
        }
        return Optional.of(new TracedRun(
                threads, Long.parseLong(run.group(2)), Long.parseLong(run.group(3)), Long.parseLong(run.group(4))));
    }

    /** Why a contender did not run, if a line tells that. */
    static Optional<String> parseFailure(String line, String name) {
        Matcher failure = FAILURE.matcher(line);
        return failure.matches() && failure.group(2).equals(name) ? Optional.of(failure.group(3)) : Optional.empty();
    }
}
