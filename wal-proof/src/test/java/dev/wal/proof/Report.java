package dev.wal.proof;

import dev.wal.proof.Moment.Call;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a writer tells, one event a line. A line is handed to the operating system before the call returns, so that it is not lost with the process. */
final class Report {
    private final FileOutputStream out;

    Report(FileOutputStream out) {
        this.out = out;
    }

    private void line(String line) {
        try {
            // One call for a line: those of several threads do not mix.
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException nobodyListens) {
            Runtime.getRuntime().halt(4);
        }
    }

    void state(String line) {
        line("state " + line);
    }

    void opened(String verdict, long bytesCut) {
        line("opened " + verdict + " " + bytesCut);
    }

    /** An open was refused, or failed. */
    void notOpened(Throwable cause) {
        line("notOpened " + oneLine(cause));
    }

    void begins(int thread, long number) {
        line("begins " + thread + " " + number + " " + System.nanoTime());
    }

    void acknowledged(int thread, long number, long position) {
        line("acknowledged " + thread + " " + number + " " + System.nanoTime() + " " + position);
    }

    /** Nothing of it was written, the log says. */
    void refused(int thread, long number, Throwable cause) {
        line("refused " + thread + " " + number + " " + cause.getClass().getName());
    }

    void unknown(int thread, long number) {
        line("unknown " + thread + " " + number);
    }

    void at(Moment moment, Call call) {
        line("at " + moment + " " + call.op() + " " + call.file());
    }

    /** Something that must not happen. */
    void error(String what, Throwable cause) {
        line("error " + what + ": " + oneLine(cause));
    }

    /** All threads have met the end of the log. */
    void ended() {
        line("ended");
    }

    private static String oneLine(Throwable cause) {
        return cause.toString().replace('\n', ' ');
    }
}
