package dev.wal.demo.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The packaged application in containers, as an operator of containers treats it; {@code container.kills} says how often one is killed, and {@code container.pause} for how many seconds one is paused.
 */
@Timeout(value = 120, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ContainersIT {
    private static final CrashOptions OPTIONS = new CrashOptions(
            Integer.getInteger("container.kills", 2), 16, 600, List.of("group-commit"), System.nanoTime());

    /** In a build, longer than the wait for the lock of a key and than what any thread of the log waits for. 70 s is longer, too, than clients and connections wait. */
    private static final Duration PAUSE = Duration.ofSeconds(Integer.getInteger("container.pause", 7));

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @BeforeAll
    static void engine() {
        Docker.assumeThatItIsThere();
    }

    /** Clients that ask for transfers, and what they were told. */
    private static final class Clients {
        private final LedgerClient client;
        private final Openings openings;
        private final History history = new History();

        private Clients(Ledger ledger) throws IOException {
            client = new LedgerClient(ledger.address());
            openings = Openings.open(client);
        }

        private Load load(String name) {
            return new Load(client, history, openings, name, OPTIONS.connections(), new Random(OPTIONS.seed()));
        }

        private PatientLoad patientLoad(String name) {
            return new PatientLoad(client, history, openings, name, OPTIONS.connections(), new Random(OPTIONS.seed()));
        }

        private void awaitAcknowledged(int more) {
            int goal = history.acknowledged().size() + more;
            Awaitility.await("transfers are acknowledged")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .untilAsserted(() -> assertThat(history.acknowledged().size())
                            .as(history::toString)
                            .isGreaterThanOrEqualTo(goal));
        }

        /** Asks for one transfer after the other until one is answered so. */
        private void transferUntil(int status) {
            Random random = new Random(OPTIONS.seed());
            Awaitility.await("a transfer is answered with " + status)
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofNanos(1))
                    .until(() -> {
                        Request request = openings.request(1, null, random);
                        LedgerClient.Answer answer = client.transfer(request);
                        history.answered(request, answer);
                        return answer.status() == status;
                    });
        }

        /** All that was acknowledged is there once. */
        private void audit(String scenario, Ledger now) throws IOException {
            LedgerClient observer = new LedgerClient(now.address());
            Audit audit = Audit.of(history, openings.balances(), observer.balances(), observer.transfers());
            System.out.printf(
                    "In containers, %s: acknowledged %d, refused %d, lost %d, doubled %d, wrongly accepted %d%n",
                    scenario,
                    history.acknowledged().size(),
                    history.refused(),
                    audit.lost().size(),
                    audit.doubled().size(),
                    audit.wronglyAccepted().size());
            assertThat(audit.lost()).as("acknowledged, and not there").isEmpty();
            assertThat(audit.doubled()).as("booked too often").isEmpty();
            assertThat(audit.wronglyAccepted()).as("booked, and not asked for").isEmpty();
            assertThat(audit.errors()).isEmpty();
            assertThat(history.contradictions()).isEmpty();
        }
    }

    private static List<String> with(List<String> options, String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return all;
    }

    /** Time must pass elsewhere: there is nothing to wait for here. */
    private static void awaitPause() {
        Awaitility.await().atMost(PATIENCE).pollDelay(PAUSE).until(() -> true);
    }

    @Test
    void whatWasAcknowledgedIsThereOnceInANewContainerAfterAKill() throws Exception {
        try (Volume volume = Volume.create()) {
            CrashRun run = new CrashRun(() -> LedgerContainer.start(volume.mounted()), OPTIONS, "group-commit");
            try {
                run.run();
            } finally {
                System.out.println("In containers: " + run.summary());
            }
        }
    }

    @Test
    void aContainerThatIsPausedGoesOnAndClientsThatWereNotAnsweredAskAgain() throws Exception {
        try (Volume volume = Volume.create();
                LedgerContainer ledger = LedgerContainer.start(volume.mounted())) {
            Clients clients = new Clients(ledger);
            try (PatientLoad load = clients.patientLoad("paused")) {
                clients.awaitAcknowledged(200);
                ledger.pause();
                awaitPause();
                ledger.unpause();
                clients.awaitAcknowledged(200);
                ledger.kill();
                try (LedgerContainer next = LedgerContainer.start(volume.mounted())) {
                    load.goOnAt(next.address());
                    load.awaitAnswers();
                    clients.audit("paused for " + PAUSE.toSeconds() + " s, then killed", next);
                }
            }
        }
    }

    @Test
    void aRestartUnderLoadLosesAndDoublesNothingForClientsThatAskAgain() throws Exception {
        try (Volume volume = Volume.create();
                LedgerContainer ledger = LedgerContainer.start(volume.mounted())) {
            Clients clients = new Clients(ledger);
            try (PatientLoad load = clients.patientLoad("restart")) {
                clients.awaitAcknowledged(200);
                assertThat(ledger.stop()).as("ended by SIGTERM, not by SIGKILL").isEqualTo(143);
                try (LedgerContainer next = LedgerContainer.start(volume.mounted())) {
                    load.goOnAt(next.address());
                    clients.awaitAcknowledged(200);
                    load.awaitAnswers();
                    assertThat(load.repeats()).as("asked for again").isPositive();
                    clients.audit("stopped and started again", next);
                }
            }
        }
    }

    @Test
    void aContainerThatIsEndedForItsMemoryLosesNothing() throws Exception {
        try (Volume volume = Volume.create();
                LedgerContainer ledger = LedgerContainer.start(
                        with(volume.mounted(), "--memory=400m", "--memory-swap=400m", "--shm-size=1g"))) {
            Clients clients = new Clients(ledger);
            try (Load load = clients.load("memory")) {
                clients.awaitAcknowledged(200);
                // What is in this directory counts as memory, and cannot be given back.
                try {
                    ledger.execute("dd if=/dev/zero of=/dev/shm/filler bs=1M count=600");
                } catch (IOException endedToo) {
                    assertThat(endedToo).hasMessageContaining("dd");
                }
                assertThat(ledger.awaitEnd()).isEqualTo(137);
                load.awaitEnd();
            }
            try (LedgerContainer next = LedgerContainer.start(volume.mounted())) {
                clients.audit("ended for its memory", next);
            }
        }
    }

    @Test
    void aFullFileSystemRefusesCommitsUntilThereIsSpaceAgain() throws Exception {
        try (Volume volume = Volume.inMemory("16m");
                LedgerContainer ledger = LedgerContainer.start(volume.mounted(), "--wal.segment.size=64KB")) {
            Clients clients = new Clients(ledger);
            clients.transferUntil(201);
            try {
                ledger.execute("dd if=/dev/zero of=/data/filler bs=4k");
            } catch (IOException full) {
                assertThat(full).hasMessageContaining("No space left");
            }
            clients.transferUntil(503);
            ledger.execute("rm /data/filler");
            clients.transferUntil(201);
            clients.audit("after the disk was full", ledger);
            ledger.kill();
            try (LedgerContainer next = LedgerContainer.start(volume.mounted(), "--wal.segment.size=64KB")) {
                clients.audit("after the disk was full, then killed", next);
            }
        }
    }

    @Test
    void aSecondContainerOnAVolumeIsRefusedOrWaits() throws Exception {
        try (Volume volume = Volume.create();
                LedgerContainer first = LedgerContainer.start(volume.mounted())) {
            Clients clients = new Clients(first);
            try (LedgerContainer refused = LedgerContainer.begin(volume.mounted())) {
                assertThat(refused.awaitEnd()).isNotZero();
                assertThat(refused.output()).contains("in use by another process");
            }
            try (LedgerContainer waiting = LedgerContainer.begin(volume.mounted(), "--wal.lock-wait=10m");
                    Load load = clients.load("two")) {
                clients.awaitAcknowledged(200);
                waiting.awaitOutput(
                        "Waits up to PT10M for the log directory /data/wal, which is in use by another process");
                first.kill();
                load.awaitEnd();
                waiting.awaitServing();
                clients.audit("a second one on the volume", waiting);
            }
        }
    }
}
