package dev.wal.cli;

import dev.wal.log.Survey;
import dev.wal.log.UnreadableRange;
import dev.wal.segment.TailVerdict;
import java.io.PrintWriter;

/** Says in words how a log was found. */
final class Findings {
    private Findings() {}

    static String of(UnreadableRange range) {
        return "corrupt: " + range.file() + ", offset " + range.offset()
                + (range.position() < 0 ? "" : ", position " + range.position())
                + (range.bytes() > 0 ? ", " + range.bytes() + " bytes" : "") + ": " + range.reason();
    }

    /** Prints how reading ended, unless the log is clean. */
    static void printEnd(Survey survey, PrintWriter target) {
        String place = survey.endFile() + ", offset " + survey.endOffset() + ", position " + survey.end();
        if (survey.verdict() == TailVerdict.TORN) {
            target.println("torn: " + place
                    + ": a write was interrupted there. Nothing that was known to be forced is missing;"
                    + " opening the log in its default mode cuts what lies behind and keeps it aside.");
        } else if (survey.verdict() == TailVerdict.CORRUPT) {
            target.println(
                    "corrupt: " + place + ": bytes that were once forced cannot be read; " + survey.framesBehind()
                            + " readable batches lie behind them. Nothing behind is shown; `wal-cli verify` lists all damage,"
                            + " `wal-cli salvage` copies what can be read.");
        }
    }
}
