package dev.wal.segment;

import static dev.wal.segment.TailVerdict.CLEAN;
import static dev.wal.segment.TailVerdict.CORRUPT;
import static dev.wal.segment.TailVerdict.TORN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.RecoveryMode;
import dev.wal.segment.TailVerdict.Action;
import dev.wal.segment.TailVerdict.Behind;
import dev.wal.segment.TailVerdict.Forced;
import dev.wal.segment.TailVerdict.Found;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The two tables by which the end of a log is judged: row by row, then all inputs against what must hold whatever the tables say. */
class TailVerdictTest {

    @ParameterizedTest(name = "{0}, behind: {1}, mark: {2} -> {3}")
    @CsvSource({
        "ZEROS,   NOTHING, NOT_PAST, CLEAN",
        "ZEROS,   NOTHING, PAST,     CORRUPT",
        "ZEROS,   NOTHING, SEALED,   CORRUPT",
        "ZEROS,   FRAMES,  NOT_PAST, TORN",
        "ZEROS,   FRAMES,  PAST,     CORRUPT",
        "ZEROS,   FRAMES,  SEALED,   CORRUPT",
        "BAD,     NOTHING, NOT_PAST, TORN",
        "BAD,     NOTHING, PAST,     CORRUPT",
        "BAD,     NOTHING, SEALED,   CORRUPT",
        "BAD,     FRAMES,  NOT_PAST, TORN",
        "BAD,     FRAMES,  PAST,     CORRUPT",
        "BAD,     FRAMES,  SEALED,   CORRUPT",
        "MISSING, NOTHING, NOT_PAST, CORRUPT",
        "MISSING, NOTHING, PAST,     CORRUPT",
        "MISSING, NOTHING, SEALED,   CORRUPT",
        "MISSING, FRAMES,  NOT_PAST, CORRUPT",
        "MISSING, FRAMES,  PAST,     CORRUPT",
        "MISSING, FRAMES,  SEALED,   CORRUPT",
    })
    void theEndIsJudgedByWhatIsThereAndWhatWasForced(Found found, Behind behind, Forced forced, TailVerdict verdict) {
        assertThat(TailVerdict.judge(found, behind, forced)).isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0} in {1} -> {2}")
    @CsvSource({
        "CLEAN,   STRICT,             PROCEED",
        "CLEAN,   TOLERATE_TORN_TAIL, PROCEED",
        "CLEAN,   STOP_AT_DAMAGE,     PROCEED",
        "CLEAN,   SALVAGE,            PROCEED",
        "TORN,    STRICT,             REFUSE",
        "TORN,    TOLERATE_TORN_TAIL, CUT",
        "TORN,    STOP_AT_DAMAGE,     CUT",
        "TORN,    SALVAGE,            PROCEED",
        "CORRUPT, STRICT,             REFUSE",
        "CORRUPT, TOLERATE_TORN_TAIL, REFUSE",
        "CORRUPT, STOP_AT_DAMAGE,     CUT",
        "CORRUPT, SALVAGE,            READ_ON",
    })
    void theModeDecidesWhatIsDone(TailVerdict verdict, RecoveryMode mode, Action action) {
        assertThat(verdict.actionIn(mode)).isEqualTo(action);
    }

    /** All there is to decide from. */
    private record Input(Found found, Behind behind, Forced forced, RecoveryMode mode) {
        private TailVerdict verdict() {
            return TailVerdict.judge(found, behind, forced);
        }

        private Action action() {
            return verdict().actionIn(mode);
        }
    }

    private static List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        for (Found found : Found.values()) {
            for (Behind behind : Behind.values()) {
                for (Forced forced : Forced.values()) {
                    for (RecoveryMode mode : RecoveryMode.values()) {
                        inputs.add(new Input(found, behind, forced, mode));
                    }
                }
            }
        }
        return inputs;
    }

    @Test
    void thereAreAsManyInputsAsTheTablesWereWrittenFor() {
        assertThat(inputs()).hasSize(3 * 2 * 3 * 4);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void everyInputIsInExactlyOneRowOfEachTable(Input input) {
        assertThat(TailVerdict.JUDGEMENTS)
                .filteredOn(row -> row.covers(input.found, input.behind, input.forced))
                .hasSize(1);
        assertThat(TailVerdict.STEPS)
                .filteredOn(row -> row.verdict() == input.verdict() && row.mode() == input.mode)
                .hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void whatWasKnownToBeForcedIsNeverPassedOver(Input input) {
        if (input.forced != Forced.NOT_PAST) {
            assertThat(input.verdict()).isEqualTo(CORRUPT);
            assertThat(input.action()).isNotEqualTo(Action.PROCEED);
        }
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void onlyZerosWithNothingBehindAreAnEnd(Input input) {
        if (input.verdict() == CLEAN) {
            assertThat(input.found).isEqualTo(Found.ZEROS);
            assertThat(input.behind).isEqualTo(Behind.NOTHING);
        }
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void aCrashAloneNeverMakesALogCorrupt(Input input) {
        if (input.forced == Forced.NOT_PAST && input.found != Found.MISSING) {
            assertThat(input.verdict()).isIn(CLEAN, TORN);
        }
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void framesFurtherOnProveNothingButThatTheLogDoesNotEndHere(Input input) {
        TailVerdict other = TailVerdict.judge(input.found, Behind.FRAMES, input.forced);
        if (input.verdict() != other) {
            assertThat(input.verdict()).isEqualTo(CLEAN);
            assertThat(other).isEqualTo(TORN);
        }
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void aModeThatOnlyReadsCutsAndRefusesNothing(Input input) {
        if (input.mode == RecoveryMode.SALVAGE) {
            assertThat(input.action()).isIn(Action.PROCEED, Action.READ_ON);
        } else {
            assertThat(input.action()).isNotEqualTo(Action.READ_ON);
        }
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void theStrictModeCutsNothingAndTheDefaultOneNothingThatWasForced(Input input) {
        if (input.mode == RecoveryMode.STRICT) {
            assertThat(input.action()).isNotEqualTo(Action.CUT);
        }
        if (input.mode == RecoveryMode.TOLERATE_TORN_TAIL && input.action() == Action.CUT) {
            assertThat(input.forced).isEqualTo(Forced.NOT_PAST);
        }
    }
}
