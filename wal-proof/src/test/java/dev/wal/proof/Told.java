package dev.wal.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a writer told in its life.
 *
 * @param state what it found; empty if it did not open the log
 * @param notOpened why it did not open the log
 * @param commits in the order in which they began
 * @param errors what must not happen
 * @param moment what it was about to do when it was held
 */
record Told(
        Optional<Set<String>> state,
        Optional<String> verdict,
        Optional<String> notOpened,
        List<Commit> commits,
        List<String> errors,
        Optional<String> moment) {

    enum Outcome {
        /** Nothing was told of its end. */
        UNDER_WAY,
        ACKNOWLEDGED,
        UNKNOWN,
        REFUSED
    }

    /**
     * An attempt to commit a transaction.
     *
     * @param began when it began, by the clock of the machine in nanoseconds
     * @param beganAt line in which that was told
     * @param endedAt line in which its end was told
     */
    record Commit(
            int thread,
            long number,
            long began,
            int beganAt,
            Outcome outcome,
            long acknowledged,
            long position,
            int endedAt) {

        private Commit ended(Outcome newOutcome, long nanos, long newPosition, int line) {
            return new Commit(thread, number, began, beganAt, newOutcome, nanos, newPosition, line);
        }
    }

    static Told of(List<String> lines) {
        Set<String> state = new TreeSet<>();
        Optional<String> verdict = Optional.empty();
        Optional<String> notOpened = Optional.empty();
        Optional<String> moment = Optional.empty();
        List<Commit> commits = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "state" -> state.add(words[1]);
                case "opened" -> verdict = Optional.of(words[1]);
                case "notOpened" -> notOpened = Optional.of(words[1]);
                case "at" -> moment = Optional.of(words[1]);
                case "error" -> errors.add(words[1]);
                case "begins" -> {
                    String[] all = line.split(" ");
                    commits.add(new Commit(
                            Integer.parseInt(all[1]),
                            Long.parseLong(all[2]),
                            Long.parseLong(all[3]),
                            i,
                            Outcome.UNDER_WAY,
                            0,
                            -1,
                            Integer.MAX_VALUE));
                }
                case "acknowledged", "unknown", "refused" -> end(commits, line.split(" "), i);
                default -> {
                    if (!line.equals("ended")) {
                        errors.add("cannot be understood: " + line);
                    }
                }
            }
        }
        return new Told(
                verdict.isPresent() ? Optional.of(state) : Optional.empty(),
                verdict,
                notOpened,
                commits,
                errors,
                moment);
    }

    /** Ends the last commit of a thread. */
    private static void end(List<Commit> commits, String[] words, int line) {
        int index = commits.size() - 1;
        while (commits.get(index).thread() != Integer.parseInt(words[1])) {
            index--;
        }
        Commit commit = commits.get(index);
        commits.set(
                index,
                switch (words[0]) {
                    case "acknowledged" ->
                        commit.ended(Outcome.ACKNOWLEDGED, Long.parseLong(words[3]), Long.parseLong(words[4]), line);
                    case "unknown" -> commit.ended(Outcome.UNKNOWN, 0, -1, line);
                    default -> commit.ended(Outcome.REFUSED, 0, -1, line);
                });
    }

    long acknowledged() {
        return commits.stream()
                .filter(commit -> commit.outcome() == Outcome.ACKNOWLEDGED)
                .count();
    }
}
