package dev.wal;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was committed to a log, in log order, and what was promised about it; compared with what a log hands over after a crash. */
final class CommitModel {

    /** How a commit ended. One that was refused is not in the model at all, and so must never be found. */
    enum End {
        ACKNOWLEDGED,
        /** The log failed meanwhile, or the crash came first. */
        UNKNOWN
    }

    /** A changed row. Each is used once, so that it tells what it belongs to. */
    record Change(int partition, long row) {}

    /** One commit, with its changes in the order in which they were written. */
    static final class Commit {
        private final long number;
        private final List<Change> changes;
        private final boolean periodic;
        private final int opening;
        private End end = End.UNKNOWN;
        private boolean gone;
        private long acknowledgedAt;

        private Commit(long number, List<Change> changes, boolean periodic, int opening) {
            this.number = number;
            this.changes = changes;
            this.periodic = periodic;
            this.opening = opening;
        }

        @Override
        public String toString() {
            return "commit " + number + " (" + end + ", " + changes + ")";
        }
    }

    private final int partitions;

    /** Commits that may be in the log, in log order. */
    private final List<Commit> commits = new ArrayList<>();

    /** Commits below this number are forced. */
    private long forced;

    private long nextNumber;

    /** How often the log was opened: what an open commits comes after what it found, whatever was lost before. */
    private int opening;

    /** For each partition: commits below this number are covered by its checkpoint. */
    private final long[] covered;

    /** For each partition, by LSN: which commits a checkpoint at that LSN would cover. */
    private final List<Map<Long, Long>> checkpoints = new ArrayList<>();

    /** For each partition, the LSN of the last checkpoint that was reported, −1 for none. */
    private final long[] checkpointLsns;

    CommitModel(int partitions) {
        this.partitions = partitions;
        this.covered = new long[partitions];
        this.checkpointLsns = new long[partitions];
        Arrays.fill(checkpointLsns, -1);
        for (int i = 0; i < partitions; i++) {
            checkpoints.add(new HashMap<>());
        }
    }

    // What happens.

    void opening() {
        opening++;
    }

    /** A commit gets its place in the log. Its outcome is unknown until it is told. */
    Commit begin(List<Change> changes, boolean periodic) {
        Commit commit = new Commit(nextNumber++, List.copyOf(changes), periodic, opening);
        commits.add(commit);
        return commit;
    }

    void refused(Commit commit) {
        commits.remove(commit);
    }

    /** The log says that a commit is not in it. */
    void gone(Commit commit) {
        commit.gone = true;
    }

    boolean contains(Commit commit) {
        return commits.contains(commit);
    }

    /** @param isForced whether its level promises that it is forced by now, and with it all before */
    void acknowledged(Commit commit, boolean isForced, long now) {
        commit.end = End.ACKNOWLEDGED;
        commit.acknowledgedAt = now;
        if (isForced) {
            forced = Math.max(forced, commit.number + 1);
        }
    }

    /** All that is in the log is forced. */
    void allForced() {
        forced = nextNumber;
    }

    /** What was forced may be gone. */
    void damaged() {
        forced = 0;
    }

    /** A checkpoint of a partition at an LSN is tried. */
    void checkpointTried(int partition, long lsn) {
        checkpoints.get(partition).put(lsn, nextNumber);
    }

    void checkpointReported(int partition, long lsn) {
        if (!checkpoints.get(partition).containsKey(lsn)) {
            fail(
                    "checkpoint of partition %d at LSN %d, expected one of %s",
                    partition, lsn, checkpoints.get(partition));
        }
        checkpointLsns[partition] = lsn;
    }

    // What must hold.

    /** A log says which checkpoint it has: the last one that was reported, or one that was tried later. */
    void checkpointFound(int partition, long lsn, boolean neverEarlier) {
        if (neverEarlier && lsn < checkpointLsns[partition]) {
            fail("checkpoint of partition %d is at %d, was at %d", partition, lsn, checkpointLsns[partition]);
        }
        if (lsn >= 0) {
            checkpointReported(partition, lsn);
            covered[partition] = checkpoints.get(partition).get(lsn);
        }
    }

    /** Checks that a state, which no crash has hurt, has what was acknowledged and nothing else but what is unknown. */
    void checkLive(List<List<Long>> rows) {
        for (int partition = 0; partition < partitions; partition++) {
            Iterator<Long> found = rows.get(partition).iterator();
            for (Commit commit : commits) {
                for (Change change : commit.changes) {
                    if (change.partition() == partition && (!found.hasNext() || found.next() != change.row())) {
                        fail("the state does not have %s of %s", change, commit);
                    }
                }
            }
            if (found.hasNext()) {
                fail("the state has row %d too many in partition %d", found.next(), partition);
            }
        }
    }

    /**
     * Checks what was found after a crash: whole commits, in order, none before which one is missing, and all that was promised. What was
     * not found is not in the model any more, and what was is forced.
     *
     * @param found for each partition, its rows in commit order
     * @param fromCheckpoints whether changes that a checkpoint covers are not among them
     * @param powerLost whether what was not forced may be missing
     * @param interval of a periodic log, else null
     * @return how many acknowledged commits were lost
     */
    long checkFound(List<List<Long>> found, boolean fromCheckpoints, boolean powerLost, Duration interval) {
        int[] next = new int[partitions];
        Commit missing = null;
        List<Commit> lost = new ArrayList<>();
        for (Commit commit : commits) {
            List<Change> visible = commit.changes.stream()
                    .filter(change -> !fromCheckpoints || commit.number >= covered[change.partition()])
                    .toList();
            if (visible.isEmpty()) {
                continue;
            }
            if (!commit.gone && take(commit, visible, found, next)) {
                if (missing != null && missing.opening == commit.opening) {
                    fail("%s is missing, though there is %s", missing, commit);
                }
                commit.end = End.ACKNOWLEDGED;
            } else {
                boolean promised = commit.number < forced || (commit.end == End.ACKNOWLEDGED && !powerLost);
                if (promised) {
                    fail("%s was promised, and is missing; forced below %d", commit, forced);
                }
                missing = commit;
                lost.add(commit);
            }
        }
        for (int partition = 0; partition < partitions; partition++) {
            if (next[partition] < found.get(partition).size()) {
                fail(
                        "row %d of partition %d was never committed, was found before, or is out of order",
                        found.get(partition).get(next[partition]), partition);
            }
        }
        commits.removeAll(lost);
        allForced();
        List<Commit> acknowledged =
                lost.stream().filter(commit -> commit.end == End.ACKNOWLEDGED).toList();
        checkInterval(acknowledged, interval);
        return acknowledged.size();
    }

    /** Takes the changes of a commit from what was found; whether they are there. */
    private boolean take(Commit commit, List<Change> visible, List<List<Long>> found, int[] next) {
        int taken = 0;
        for (Change change : visible) {
            List<Long> rows = found.get(change.partition());
            int at = next[change.partition()];
            if (at < rows.size() && rows.get(at) == change.row()) {
                next[change.partition()]++;
                taken++;
            }
        }
        if (taken > 0 && taken < visible.size()) {
            fail("only %d of %d changes of %s were found", taken, visible.size(), commit);
        }
        return taken > 0;
    }

    /** A periodic log acknowledges nothing while the oldest commit that is not forced is older than the interval. */
    private static void checkInterval(List<Commit> acknowledged, Duration interval) {
        if (interval == null) {
            return;
        }
        List<Long> times = acknowledged.stream()
                .filter(commit -> commit.periodic)
                .map(commit -> commit.acknowledgedAt)
                .sorted()
                .toList();
        if (!times.isEmpty() && times.get(times.size() - 1) - times.get(0) > interval.toNanos()) {
            fail("acknowledgements of more than one interval were lost: %s", acknowledged);
        }
    }

    /** The rows that were found must each be there once. */
    static void checkUnique(List<Long> rows) {
        Set<Long> seen = new HashSet<>();
        for (long row : rows) {
            if (!seen.add(row)) {
                fail("row %d was found twice", row);
            }
        }
    }
}
