package dev.wal.it.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ZombiesTest {

    @Test
    void aProcessThatRunsIsNotGone() {
        assertThat(Zombies.isGone(ProcessHandle.current())).isFalse();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the state of a process is read where Linux has it")
    void aProcessThatHasEndedIsGoneEvenIfNobodyAsksForItsResult() throws Exception {
        // What becomes of the shell has not started the first sleep, to its own knowledge, and does not wait for it.
        Process parent = new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; exec sleep 60").start();
        try (BufferedReader said = parent.inputReader(StandardCharsets.US_ASCII)) {
            ProcessHandle child =
                    ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
            assertThat(Zombies.isGone(child)).isFalse();

            child.destroyForcibly();

            Awaitility.await("the child ends").atMost(Duration.ofSeconds(30)).until(() -> Zombies.isGone(child));
        } finally {
            parent.destroyForcibly();
        }
    }
}
