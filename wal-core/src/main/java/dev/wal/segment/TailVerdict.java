package dev.wal.segment;

import dev.wal.common.RecoveryMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the end of the readable log means, and what is done about it: the one place where both are decided, by the two tables below.
 *
 * <p>A write that was never forced may be there in part, in any part: frames behind a hole prove nothing. Each frame names the position below which all was known to be
 * forced when it was made, though; if bytes below the highest such mark cannot be read, they were damaged later.
 */
public enum TailVerdict {
    /** The log ends where it was left. */
    CLEAN,
    /** A write was interrupted. Nothing that was known to be forced is missing. */
    TORN,
    /** Bytes that were known to be forced cannot be read. */
    CORRUPT;

    /** What stands at the place where no further frame can be accepted. */
    public enum Found {
        /** A header of zeros. */
        ZEROS,
        /** Bytes that are no frame, or a frame that does not follow its predecessor. */
        BAD,
        /** Nothing: the file is shorter than it was made. No crash does that. */
        MISSING
    }

    /** What lies further on, in the same or in a later segment. */
    public enum Behind {
        NOTHING,
        /** Valid frames, whether they follow one another or not. */
        FRAMES
    }

    /** How far the highest durable mark reaches, of those in valid frames, also further on, and in the manifest. */
    public enum Forced {
        /** Not past the place: this is the tail of the log. */
        NOT_PAST,
        /** Past the place, but not over the end of its segment. */
        PAST,
        /** Over the end of the segment: it is sealed, so that every byte in it counts. */
        SEALED
    }

    /** What is done about a verdict. */
    public enum Action {
        /** The log is used as it is. */
        PROCEED,
        /** What lies behind the place is kept aside and cut from the log. */
        CUT,
        /** The log is not opened, and nothing is changed. */
        REFUSE,
        /** Reading goes on with the next frame that can be read; nothing is changed. */
        READ_ON
    }

    /** Inputs that lead to a verdict. No two rows have a combination in common, so that their order means nothing. */
    record Judgement(Set<Found> found, Set<Behind> behind, Set<Forced> forced, TailVerdict verdict) {
        boolean covers(Found oneFound, Behind oneBehind, Forced oneForced) {
            return found.contains(oneFound) && behind.contains(oneBehind) && forced.contains(oneForced);
        }
    }

    /** What a mode does about a verdict. */
    record Step(TailVerdict verdict, RecoveryMode mode, Action action) {}

    private static final Set<Found> ZEROS = EnumSet.of(Found.ZEROS);
    private static final Set<Found> BAD = EnumSet.of(Found.BAD);
    private static final Set<Found> MISSING = EnumSet.of(Found.MISSING);
    private static final Set<Found> ZEROS_OR_BAD = EnumSet.of(Found.ZEROS, Found.BAD);
    private static final Set<Behind> NOTHING = EnumSet.of(Behind.NOTHING);
    private static final Set<Behind> FRAMES = EnumSet.of(Behind.FRAMES);
    private static final Set<Behind> ANY = EnumSet.allOf(Behind.class);
    private static final Set<Forced> NOT_PAST = EnumSet.of(Forced.NOT_PAST);
    private static final Set<Forced> PAST_OR_SEALED = EnumSet.of(Forced.PAST, Forced.SEALED);
    private static final Set<Forced> WHATEVER = EnumSet.allOf(Forced.class);

    static final List<Judgement> JUDGEMENTS = List.of(
            new Judgement(ZEROS, NOTHING, NOT_PAST, CLEAN),
            new Judgement(ZEROS, FRAMES, NOT_PAST, TORN),
            new Judgement(BAD, ANY, NOT_PAST, TORN),
            new Judgement(ZEROS_OR_BAD, ANY, PAST_OR_SEALED, CORRUPT),
            new Judgement(MISSING, ANY, WHATEVER, CORRUPT));

    static final List<Step> STEPS = List.of(
            new Step(CLEAN, RecoveryMode.STRICT, Action.PROCEED),
            new Step(CLEAN, RecoveryMode.TOLERATE_TORN_TAIL, Action.PROCEED),
            new Step(CLEAN, RecoveryMode.STOP_AT_DAMAGE, Action.PROCEED),
            new Step(CLEAN, RecoveryMode.SALVAGE, Action.PROCEED),
            new Step(TORN, RecoveryMode.STRICT, Action.REFUSE),
            new Step(TORN, RecoveryMode.TOLERATE_TORN_TAIL, Action.CUT),
            new Step(TORN, RecoveryMode.STOP_AT_DAMAGE, Action.CUT),
            // What lies behind a torn write was never acknowledged as forced, and does not count.
            new Step(TORN, RecoveryMode.SALVAGE, Action.PROCEED),
            new Step(CORRUPT, RecoveryMode.STRICT, Action.REFUSE),
            new Step(CORRUPT, RecoveryMode.TOLERATE_TORN_TAIL, Action.REFUSE),
            new Step(CORRUPT, RecoveryMode.STOP_AT_DAMAGE, Action.CUT),
            new Step(CORRUPT, RecoveryMode.SALVAGE, Action.READ_ON));

    /** Decides what it means that no frame can be accepted at a place. */
    public static TailVerdict judge(Found found, Behind behind, Forced forced) {
        for (Judgement judgement : JUDGEMENTS) {
            if (judgement.covers(found, behind, forced)) {
                return judgement.verdict();
            }
        }
        throw new AssertionError("no verdict on " + found + ", " + behind + ", " + forced);
    }

    /** What is done about this in a mode. */
    public Action actionIn(RecoveryMode mode) {
        for (Step step : STEPS) {
            if (step.verdict() == this && step.mode() == mode) {
                return step.action();
            }
        }
        throw new AssertionError("no action for " + this + " in " + mode);
    }
}
