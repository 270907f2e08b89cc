package dev.wal.demo.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** Rounds of load, kill, restart and audit on one directory. */
final class CrashRun {
    /** Far more than a slow machine needs: a round that is cut short would show nothing. */
    private static final Duration LOAD_TIMEOUT = Duration.ofMinutes(3);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);
    private static final int KILL_DELAY_MICROS_MAX = 30_000;
    private static final int REPEATS = 20;

    private final Ledger.Starter starter;
    private final CrashOptions options;
    private final String level;
    private final Random random;
    private final History history = new History();
    private Openings openings;
    private WalPosition seen = WalPosition.NONE;
    private WalPosition acknowledged = WalPosition.NONE;
    private long acknowledgedTransfers;
    private int found;
    private int recovered;
    private int lost;
    private int doubled;
    private int wronglyAccepted;

    CrashRun(Ledger.Starter starter, CrashOptions options, String level) {
        this.starter = starter;
        this.options = options;
        this.level = level;
        this.random = new Random(options.seed());
    }

    void run() throws Exception {
        for (int round = 0; round < options.rounds(); round++) {
            try (Ledger ledger = starter.start()) {
                LedgerClient client = new LedgerClient(ledger.address());
                if (round == 0) {
                    openings = Openings.open(client);
                } else {
                    audit(client);
                    settle(client);
                    checkpoint(client).get();
                }
                loadAndKill(ledger, client, round);
            }
        }
        try (Ledger ledger = starter.start()) {
            LedgerClient client = new LedgerClient(ledger.address());
            audit(client);
            settle(client);
            audit(client);
        }
        assertThat(acknowledgedTransfers)
                .as("acknowledged under load in %d rounds", options.rounds())
                .isPositive()
                .isGreaterThanOrEqualTo((long) options.rounds() * options.transfersMin());
    }

    private void loadAndKill(Ledger ledger, LedgerClient client, int round)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        int before = history.acknowledged().size();
        int goal = options.transfersMin() + random.nextInt(options.transfers());
        try (Load load = new Load(client, history, openings, "round" + round, options.connections(), random)) {
            // By turns: in the middle of the load, while the ledger is killed, and both.
            if (round % 3 != 1) {
                awaitAcknowledged(load, before + goal / 2);
                checkpoint(client).get();
            }
            awaitAcknowledged(load, before + goal);
            CompletableFuture<Void> last =
                    round % 3 != 0 ? checkpoint(client) : CompletableFuture.completedFuture(null);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(KILL_DELAY_MICROS_MAX)));
            ledger.kill();
            load.awaitEnd();
            last.get();
            seen = seen.max(load.observer().seen());
            acknowledged = acknowledged.max(load.observer().acknowledged());
        }
        int acknowledgedInRound = history.acknowledged().size() - before;
        // The kill came after so many, and nothing takes one back.
        assertThat(acknowledgedInRound)
                .as("acknowledged under load in round %d", round)
                .isGreaterThanOrEqualTo(goal);
        acknowledgedTransfers += acknowledgedInRound;
    }

    /**
     * Waits for acknowledged transfers, in the history since its beginning; other answers do not count. By then the observer has to know what was acknowledged of the log: the next start
     * would be compared with nothing otherwise.
     */
    private void awaitAcknowledged(Load load, int goal) {
        Awaitility.await("the load is acknowledged")
                .atMost(LOAD_TIMEOUT)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL_INTERVAL)
                .untilAsserted(() -> {
                    assertThat(history.acknowledged().size())
                            .as(() -> "acknowledged transfers; heard in all: " + history)
                            .isGreaterThanOrEqualTo(goal);
                    assertThat(load.observer().acknowledged())
                            .as(() -> "acknowledged part of the log; heard in all: " + history)
                            .isNotEqualTo(WalPosition.NONE);
                });
    }

    /** Asks for a checkpoint, which may be cut short by the kill. */
    private CompletableFuture<Void> checkpoint(LedgerClient client) {
        return CompletableFuture.runAsync(() -> {
            try {
                LedgerClient.Answer answer = client.checkpoint();
                if (answer.status() != 200) {
                    history.contradict("checkpoint: " + answer.status() + " " + new String(answer.body()));
                }
            } catch (IOException e) {
                // The ledger was killed meanwhile.
            }
        });
    }

    private void audit(LedgerClient client) throws IOException {
        WalPosition position = client.wal();
        assertThat(position.continues(seen))
                .as("the log goes on where it was: %s, seen before: %s", position, seen)
                .isTrue();
        assertThat(position.includes(acknowledged))
                .as("the log holds what was acknowledged: %s, acknowledged before: %s", position, acknowledged)
                .isTrue();
        List<Booked> transfers = client.transfers();
        Audit audit = Audit.of(history, openings.balances(), client.balances(), transfers);
        audit.found().forEach(transfer -> history.acknowledged(transfer.request(), transfer.id()));
        found += audit.found().size();
        recovered = transfers.size();
        lost += audit.lost().size();
        doubled += audit.doubled().size();
        wronglyAccepted += audit.wronglyAccepted().size();
        assertThat(audit.lost()).as("acknowledged, and not there").isEmpty();
        assertThat(audit.doubled()).as("booked too often").isEmpty();
        assertThat(audit.wronglyAccepted()).as("booked, and not asked for").isEmpty();
        assertThat(audit.errors()).isEmpty();
        assertThat(history.contradictions()).isEmpty();
    }

    /** Asks again for what has not been answered, and for some of what has; whatever has no reference is as the ledger shows it. */
    private void settle(LedgerClient client) throws IOException {
        List<Request> again = new ArrayList<>(history.unanswered());
        history.settled();
        List<Request> known = new ArrayList<>(history.acknowledged().values());
        Collections.shuffle(known, random);
        known.stream()
                .filter(request -> request.reference() != null)
                .limit(REPEATS)
                .forEach(again::add);
        for (Request request : again) {
            if (request.reference() != null) {
                history.answered(request, client.transfer(request));
            }
        }
    }

    /** Recovered are also those whose answer the kill cut off; a transfer that was found and then asked for again counts as found. */
    String summary() {
        return "Crash test, %s: rounds %d, acknowledged %d, refused %d, recovered %d, lost %d, doubled %d, wrongly accepted %d (seed %d)"
                .formatted(
                        level,
                        options.rounds(),
                        history.acknowledged().size() - found,
                        history.refused(),
                        recovered,
                        lost,
                        doubled,
                        wronglyAccepted,
                        options.seed());
    }
}
