package dev.wal.segment;

import static dev.wal.segment.TailVerdict.CLEAN;
import static dev.wal.segment.TailVerdict.CORRUPT;
import static dev.wal.segment.TailVerdict.TORN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.RecoveryMode;
import dev.wal.segment.TailVerdict.Action;
import dev.wal.segment.TailVerdict.Found;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two tables by which the end of a log is judged, row by row. */
class TailVerdictTest {

    @ParameterizedTest(name = "{0}, frames further on: {1}, known to be forced: {2} -> {3}")
    @CsvSource({
        "ZEROS,   false, false, CLEAN",
        "ZEROS,   true,  false, TORN",
        "ZEROS,   false, true,  CORRUPT",
        "ZEROS,   true,  true,  CORRUPT",
        "BAD,     false, false, TORN",
        "BAD,     true,  false, TORN",
        "BAD,     false, true,  CORRUPT",
        "BAD,     true,  true,  CORRUPT",
        "MISSING, false, false, CORRUPT",
        "MISSING, true,  false, CORRUPT",
        "MISSING, false, true,  CORRUPT",
        "MISSING, true,  true,  CORRUPT",
    })
    void theEndIsJudgedByWhatIsThereAndWhatWasForced(
            Found found, boolean framesFurtherOn, boolean knownForced, TailVerdict verdict) {
        assertThat(TailVerdict.judge(found, framesFurtherOn, knownForced)).isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0} in {1} -> {2}")
    @CsvSource({
        "CLEAN,   STRICT,             PROCEED",
        "CLEAN,   TOLERATE_TORN_TAIL, PROCEED",
        "CLEAN,   STOP_AT_DAMAGE,     PROCEED",
        "CLEAN,   SALVAGE,            REFUSE",
        "TORN,    STRICT,             REFUSE",
        "TORN,    TOLERATE_TORN_TAIL, CUT",
        "TORN,    STOP_AT_DAMAGE,     CUT",
        "TORN,    SALVAGE,            REFUSE",
        "CORRUPT, STRICT,             REFUSE",
        "CORRUPT, TOLERATE_TORN_TAIL, REFUSE",
        "CORRUPT, STOP_AT_DAMAGE,     CUT",
        "CORRUPT, SALVAGE,            REFUSE",
    })
    void theModeDecidesWhatIsDone(TailVerdict verdict, RecoveryMode mode, Action action) {
        assertThat(verdict.actionIn(mode)).isEqualTo(action);
    }

    @ParameterizedTest
    @CsvSource({"12, 12"})
    void theTablesAreComplete(int judged, int actions) {
        assertThat(Found.values().length * 2 * 2).isEqualTo(judged);
        assertThat(new TailVerdict[] {CLEAN, TORN, CORRUPT}).containsExactly(TailVerdict.values());
        assertThat(TailVerdict.values().length * RecoveryMode.values().length).isEqualTo(actions);
    }
}
