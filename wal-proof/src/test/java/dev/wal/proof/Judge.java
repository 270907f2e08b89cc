package dev.wal.proof;

import dev.wal.proof.Told.Commit;
import dev.wal.proof.Told.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Compares what an open finds with what was promised in the lives before. */
final class Judge {
    private final Model model;
    private final Tally tally;
    private final List<String> complaints = new ArrayList<>();

    /** Of lives since the log was last found open: none of them promises anything but what it told. */
    private final List<Commit> pending = new ArrayList<>();

    private Crash crash = new Crash(Level.SYNCHRONOUS, false);
    private int pendingLife;

    Judge(Model model, Tally tally) {
        this.model = model;
        this.tally = tally;
    }

    /** What went wrong so far. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    void complain(String complaint) {
        complaints.add(complaint);
    }

    /** A writer was ended. */
    void crashed(Told told, int life, Crash ending) {
        if (told.state().isEmpty()) {
            // What the last one that opened the log promised still holds: it lost its power, or its successor did.
            crash = new Crash(crash.level(), crash.lostPower() || ending.lostPower());
            return;
        }
        crash = ending;
        pending.clear();
        pending.addAll(told.commits());
        pendingLife = life;
        tally.acknowledged(told.acknowledged());
    }

    /** What the next one that opens the log finds. */
    void found(Set<String> found) {
        for (int thread = 0; thread < Writer.THREADS; thread++) {
            Set<String> own = ofThread(found, thread);
            long last = own.stream().mapToLong(State::lastNumber).max().orElse(0);
            judgeNumber(thread, last);
            model.setLast(thread, last, pendingLife);
            judgeContent(thread, own);
        }
        judgeOrder();
        judgeInterval();
        pending.clear();
    }

    private static Set<String> ofThread(Set<String> lines, int thread) {
        Set<String> own = new TreeSet<>();
        for (String line : lines) {
            if (State.thread(line) == thread) {
                own.add(line);
            }
        }
        return own;
    }

    private void judgeNumber(int thread, long last) {
        long before = model.last(thread);
        if (last < before) {
            tally.lost(before - last);
            complaints.add(
                    "thread " + thread + ": " + before + " transactions had come back before, and " + last + " do now");
        }
        List<Commit> own =
                pending.stream().filter(commit -> commit.thread() == thread).toList();
        long begun = own.stream().mapToLong(Commit::number).max().orElse(before);
        if (last > begun) {
            tally.wronglyAccepted(last - begun);
            complaints.add("thread " + thread + ": transaction " + last + " is there, and " + begun
                    + " was the last that began");
        }
        for (int i = 0; i < own.size(); i++) {
            Commit commit = own.get(i);
            if (commit.outcome() == Outcome.REFUSED && i == own.size() - 1 && last >= commit.number()) {
                tally.wronglyAccepted(1);
                complaints.add("there though it was refused: " + commit);
            }
            if (commit.outcome() == Outcome.ACKNOWLEDGED && commit.number() > last) {
                if (crash.keepsAllThatIsAcknowledged()) {
                    tally.lost(1);
                    complaints.add("acknowledged and lost: " + commit);
                } else {
                    tally.lostAsAllowed(1);
                }
            }
        }
    }

    private void judgeContent(int thread, Set<String> own) {
        Set<String> expected = model.state(thread);
        if (own.equals(expected)) {
            return;
        }
        long surplus = State.entries(own) - State.entries(expected);
        if (surplus > 0) {
            tally.doubled(surplus);
        } else {
            tally.wronglyAccepted(1);
        }
        Set<String> missing = new TreeSet<>(expected);
        missing.removeAll(own);
        Set<String> unexpected = new TreeSet<>(own);
        unexpected.removeAll(expected);
        complaints.add("thread " + thread + ", with " + model.last(thread) + " transactions: missing " + missing
                + ", unexpected " + unexpected);
    }

    /** All that is before something that came back in the log came back: by position, and by who had been answered before who asked. */
    private void judgeOrder() {
        Set<Commit> lost = new HashSet<>(lost());
        for (Commit commit : pending) {
            if (commit.number() > model.last(commit.thread()) || commit.outcome() == Outcome.REFUSED) {
                continue;
            }
            for (Commit other : lost) {
                boolean before = commit.position() >= 0
                        ? other.position() < commit.position()
                        : other.endedAt() < commit.beganAt();
                if (before) {
                    tally.wronglyAccepted(1);
                    complaints.add("came back: " + commit + ", and what is before it in the log did not: " + other);
                    return;
                }
            }
        }
    }

    private List<Commit> lost() {
        return pending.stream()
                .filter(commit ->
                        commit.outcome() == Outcome.ACKNOWLEDGED && commit.number() > model.last(commit.thread()))
                .toList();
    }

    /**
     * What a periodic log acknowledged and lost was acknowledged within one interval: the first of it was written when it was acknowledged, and was not forced from then on; so none that began more than an
     * interval later may have been acknowledged.
     */
    private void judgeInterval() {
        if (crash.level() != Level.PERIODIC || crash.keepsAllThatIsAcknowledged()) {
            return;
        }
        List<Commit> lost = lost();
        lost.stream().min(Comparator.comparingLong(Commit::acknowledged)).ifPresent(first -> {
            for (Commit commit : lost) {
                if (commit.began() - first.acknowledged() > TimeUnit.MILLISECONDS.toNanos(Level.INTERVAL_MILLIS)) {
                    tally.lost(1);
                    complaints.add("acknowledged and lost: " + commit
                            + ", which began more than an interval after this, which was lost, too: " + first);
                }
            }
        });
    }
}
