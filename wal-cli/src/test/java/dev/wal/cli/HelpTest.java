package dev.wal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.cli.Tool.Run;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tool says of itself. */
class HelpTest {
    @Test
    void theHelpNamesTheCommandsTheExitCodesAndExamples() {
        Run run = Tool.run("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains(
                        "dump",
                        "verify",
                        "stats",
                        "salvage",
                        "Exit codes",
                        "64",
                        "Examples:",
                        "java -jar wal-cli.jar verify data/wal");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dump", "verify", "stats", "salvage"})
    void eachCommandExplainsItselfWithAnExample(String command) {
        Run run = Tool.run(command, "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains(
                        "Example",
                        "wal-cli " + command,
                        "Exit codes: ",
                        "DIRECTORY".substring(0, command.equals("salvage") ? 0 : 9));
        assertThat(Tool.run("help", command).out()).isEqualTo(run.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"dump --lsn=9..7 .", "dump --lsn=x .", "dump --format=xml .", "dump", "nothing", "verify . ."})
    void aWrongCommandLineHasAnExitCodeOfItsOwn(String line) {
        Run run = Tool.run(List.of(line.split(" ")).toArray(String[]::new));

        assertThat(run.exitCode()).isEqualTo(64);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isNotEmpty();
    }
}
