package dev.wal.demo.crash;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks at the log and the total while transfers run, and knows which part of the log no kill may take away. */
final class Observer {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final LedgerClient client;
    private final History history;
    private final Openings openings;
    private final Random random;
    private volatile WalPosition seen = WalPosition.NONE;
    private volatile WalPosition acknowledged = WalPosition.NONE;

    Observer(LedgerClient client, History history, Openings openings, Random random) {
        this.client = client;
        this.history = history;
        this.openings = openings;
        this.random = random;
    }

    void observeUntilGone() {
        try {
            while (true) {
                observeLog();
                observeTotal();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            // The ledger is gone.
        }
    }

    /**
     * What is appended when the log is looked at may belong to commits that are still under way, which a kill may take away. So a transfer is asked for only afterwards, without a
     * reference, which is never answered by an earlier one: once it is acknowledged, its records are in the log behind all that was seen. What comes back after a kill is a
     * prefix of the log with all that was acknowledged in it, and so with all that is before that, whether somebody was told of it or not.
     */
    private void observeLog() throws IOException {
        WalPosition position = client.wal();
        seen = seen.max(position);
        if (isBooked(openings.request(1, null, random))) {
            acknowledged = acknowledged.max(position);
        }
    }

    private boolean isBooked(Request request) throws IOException {
        try {
            LedgerClient.Answer answer = client.transfer(request);
            history.answered(request, answer);
            return answer.status() == 201;
        } catch (IOException e) {
            history.unanswered(request);
            throw e;
        }
    }

    private void observeTotal() throws IOException {
        long total = client.total();
        if (total != openings.sum()) {
            history.contradict("the total was " + total + " while transfers ran");
        }
    }

    /** How far the log was seen to be. */
    WalPosition seen() {
        return seen;
    }

    /** How far the log was seen to be before a transfer that was acknowledged. */
    WalPosition acknowledged() {
        return acknowledged;
    }
}
