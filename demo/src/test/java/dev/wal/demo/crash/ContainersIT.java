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

/** The packaged application in containers, as an operator of containers treats it; {@code container.kills} says how often one is killed. */
@Timeout(value = 120, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ContainersIT {
    private static final CrashOptions OPTIONS = new CrashOptions(
            Integer.getInteger("container.kills", 2), 16, 600, List.of("group-commit"), System.nanoTime());

    /** Longer than the wait for the lock of a key, and than what any thread of the log waits for. */
    private static final Duration PAUSE = Duration.ofSeconds(7);

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
        private void audit(Ledger now) throws IOException {
            LedgerClient observer = new LedgerClient(now.address());
            Audit audit = Audit.of(history, openings.balances(), observer.balances(), observer.transfers());
            assertThat(audit.lost()).as("acknowledged, and not there").isEmpty();
            assertThat(audit.doubled()).as("booked too often").isEmpty();
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
    void aContainerThatIsPausedForLongerThanAnyTimeoutGoesOn() throws Exception {
        try (Volume volume = Volume.create();
                LedgerContainer ledger = LedgerContainer.start(volume.mounted())) {
            Clients clients = new Clients(ledger);
            try (Load load = clients.load("paused")) {
                clients.awaitAcknowledged(200);
                ledger.pause();
                awaitPause();
                ledger.unpause();
                clients.awaitAcknowledged(200);
                ledger.kill();
                load.awaitEnd();
            }
            try (LedgerContainer next = LedgerContainer.start(volume.mounted())) {
                clients.audit(next);
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
                clients.audit(next);
            }
        }
    }

    @Test
    void aFullFileSystemRefusesCommitsUntilThereIsSpaceAgain() throws Exception {
        try (LedgerContainer ledger =
                LedgerContainer.start(List.of("--tmpfs", "/data:size=16m"), "--wal.segment.size=64KB")) {
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
            clients.audit(ledger);
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
            try (LedgerContainer waiting = LedgerContainer.begin(volume.mounted(), "--wal.lock-wait=120s");
                    Load load = clients.load("two")) {
                clients.awaitAcknowledged(200);
                assertThat(waiting.isRunning()).isTrue();
                first.kill();
                load.awaitEnd();
                waiting.awaitServing();
                clients.audit(waiting);
            }
        }
    }
}
