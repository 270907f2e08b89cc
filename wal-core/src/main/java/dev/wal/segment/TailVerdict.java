package dev.wal.segment;

import dev.wal.common.RecoveryMode;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the end of the readable log means, and what opening does about it: the one place where both are decided.
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

    /** What opening a log does. */
    public enum Action {
        PROCEED,
        CUT,
        REFUSE
    }

    private static final Map<TailVerdict, Map<RecoveryMode, Action>> ACTIONS = new EnumMap<>(Map.of(
            CLEAN,
            new EnumMap<>(Map.of(
                    RecoveryMode.STRICT, Action.PROCEED,
                    RecoveryMode.TOLERATE_TORN_TAIL, Action.PROCEED,
                    RecoveryMode.STOP_AT_DAMAGE, Action.PROCEED,
                    RecoveryMode.SALVAGE, Action.REFUSE)),
            TORN,
            new EnumMap<>(Map.of(
                    RecoveryMode.STRICT, Action.REFUSE,
                    RecoveryMode.TOLERATE_TORN_TAIL, Action.CUT,
                    RecoveryMode.STOP_AT_DAMAGE, Action.CUT,
                    RecoveryMode.SALVAGE, Action.REFUSE)),
            CORRUPT,
            new EnumMap<>(Map.of(
                    RecoveryMode.STRICT, Action.REFUSE,
                    RecoveryMode.TOLERATE_TORN_TAIL, Action.REFUSE,
                    RecoveryMode.STOP_AT_DAMAGE, Action.CUT,
                    RecoveryMode.SALVAGE, Action.REFUSE))));

    /** What stands at the place where no further frame can be accepted. */
    public enum Found {
        /** A header of zeros. */
        ZEROS,
        /** Bytes that are no frame, or a frame that does not follow its predecessor. */
        BAD,
        /** Nothing: the file is shorter than it was made. No crash does that. */
        MISSING
    }

    /**
     * Decides what it means that no frame can be accepted at a position.
     *
     * @param found what is there instead
     * @param framesFurtherOn whether any valid frame lies behind, also in later segments
     * @param knownForced whether a mark, in any valid frame or in the manifest, is above the position
     */
    public static TailVerdict judge(Found found, boolean framesFurtherOn, boolean knownForced) {
        if (knownForced || found == Found.MISSING) {
            return CORRUPT;
        }
        return found == Found.ZEROS && !framesFurtherOn ? CLEAN : TORN;
    }

    /** What opening a log for writing does in a mode. */
    public Action actionIn(RecoveryMode mode) {
        Action action = ACTIONS.getOrDefault(this, Map.of()).get(mode);
        if (action == null) {
            throw new AssertionError("no action for " + this + " in " + mode);
        }
        return action;
    }
}
