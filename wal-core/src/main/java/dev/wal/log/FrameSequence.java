package dev.wal.log;

import dev.wal.segment.Frame;
import java.util.Arrays;

/** Which frame can be the next one of a log, after those that were accepted; see docs/format.md, "Frame". For one thread. */
final class FrameSequence {
    private final long[] firstLsns;
    private final long[] nextLsns;
    private final int[] lsnIncarnations;
    private final boolean[] maySkip;
    private long mark;
    private int incarnation;
    private long commitTimeMicros;

    FrameSequence(int partitions) {
        firstLsns = new long[partitions];
        nextLsns = new long[partitions];
        lsnIncarnations = new int[partitions];
        maySkip = new boolean[partitions];
        Arrays.fill(firstLsns, -1);
        Arrays.fill(nextLsns, -1);
    }

    /** Whether a valid frame can be the next one of the log. */
    boolean canBeNext(Frame frame) {
        if (frame.incarnation() < incarnation
                || frame.commitTimeMicros() < commitTimeMicros
                || frame.mark() < mark
                || frame.mark() > frame.position()) {
            return false;
        }
        for (int entry = 0; entry < frame.entries(); entry++) {
            if (!follows(frame, entry)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a valid frame is the next one of the log; if so, remembers what the one after it must follow. */
    boolean accept(Frame frame) {
        if (!canBeNext(frame)) {
            return false;
        }
        for (int entry = 0; entry < frame.entries(); entry++) {
            int partition = frame.partition(entry);
            if (firstLsns[partition] < 0) {
                firstLsns[partition] = frame.firstLsn(entry);
            }
            nextLsns[partition] = frame.firstLsn(entry) + frame.count(entry);
            lsnIncarnations[partition] = frame.incarnation();
            maySkip[partition] = false;
        }
        incarnation = frame.incarnation();
        commitTimeMicros = frame.commitTimeMicros();
        mark = frame.mark();
        return true;
    }

    private boolean follows(Frame frame, int entry) {
        int partition = frame.partition(entry);
        if (partition < 0 || partition >= nextLsns.length || frame.count(entry) <= 0) {
            return false;
        }
        long next = nextLsns[partition];
        if (next < 0 || frame.firstLsn(entry) == next) {
            return true;
        }
        // The first frame of an incarnation may skip LSNs: those that were cut behind damage are not used again.
        boolean skipAllowed = maySkip[partition] || frame.incarnation() > lsnIncarnations[partition];
        return frame.firstLsn(entry) > next && skipAllowed;
    }

    /** The next frame lies behind some that are not there: LSNs may be left out, but none may come twice. */
    void gap() {
        Arrays.fill(maySkip, true);
    }

    /** The mark of the last frame, 0 if there is none. */
    long mark() {
        return mark;
    }

    /** That of the last frame, 0 if there is none. */
    int incarnation() {
        return incarnation;
    }

    /** That of the last frame, 0 if there is none. */
    long commitTimeMicros() {
        return commitTimeMicros;
    }

    /** By partition, the LSN of the first record, −1 if there is none. */
    long[] firstLsns() {
        return firstLsns.clone();
    }

    /** By partition, the LSN behind the last record, −1 if there is none. */
    long[] nextLsns() {
        return nextLsns.clone();
    }
}
