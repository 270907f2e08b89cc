package dev.wal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was printed has arrived, or the exit code says that it has not. */
class OutputTest {
    @TempDir
    private Path directory;

    private final StringWriter errors = new StringWriter();

    private static OutputStream failing(Throwable failure) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (failure instanceof IOException e) {
                    throw e;
                }
                throw (Error) failure;
            }
        };
    }

    private int run(String command, Throwable failure) {
        return WalCli.run(failing(failure), new PrintWriter(errors, true), command, directory.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dump", "verify", "stats"})
    void anOutputThatCannotBeWrittenIsToldInOneLine(String command) {
        TestLogs.commitRows(directory, 1);

        assertThat(run(command, new IOException("No space left on device"))).isEqualTo(ExitCode.UNREADABLE);

        assertThat(errors.toString().lines())
                .singleElement()
                .asString()
                .contains("output could not be written", "No space left on device");
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoErrorWorthAWord() {
        TestLogs.commitRows(directory, 3000);

        assertThat(run("dump", new IOException("Broken pipe"))).isEqualTo(ExitCode.UNREADABLE);

        assertThat(errors.toString()).isEmpty();
    }

    @Test
    void whatIsNotForeseenIsNotTakenForAFindingAboutTheLog() {
        TestLogs.commitRows(directory, 1);

        assertThat(run("dump", new StackOverflowError("for a test"))).isEqualTo(ExitCode.UNREADABLE);

        assertThat(errors.toString().lines()).singleElement().asString().contains("StackOverflowError");
    }
}
