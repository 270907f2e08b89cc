package dev.wal.demo.crash;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Clients that ask for one transfer after the other, and for each with the same reference until they are told whether it is booked, also by another ledger than they asked first. */
final class PatientLoad implements AutoCloseable {
    private static final int AMOUNT_MAX = 500;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Duration END_TIMEOUT = Duration.ofMinutes(3);

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final List<Future<?>> clients = new ArrayList<>();
    private final LongAdder repeats = new LongAdder();
    private final History history;
    private final Openings openings;
    private volatile LedgerClient client;
    private volatile boolean enough;

    /** @param name begins the references of this load, and of no other one */
    PatientLoad(LedgerClient client, History history, Openings openings, String name, int connections, Random random) {
        this.client = client;
        this.history = history;
        this.openings = openings;
        for (int i = 0; i < connections; i++) {
            String prefix = name + "-" + i + "-";
            Random own = new Random(random.nextLong());
            clients.add(executor.submit(() -> transferUntilEnough(prefix, own)));
        }
    }

    private void transferUntilEnough(String prefix, Random random) {
        for (long number = 0; !enough; number++) {
            Request request = openings.request(1 + random.nextInt(AMOUNT_MAX), prefix + number, random);
            while (!isAnswered(request)) {
                repeats.increment();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Nobody, and 503, leave open whether it is booked. */
    private boolean isAnswered(Request request) {
        try {
            LedgerClient.Answer answer = client.transfer(request);
            if (answer.status() == 503) {
                return false;
            }
            history.answered(request, answer);
            return true;
        } catch (IOException nobodyAnswers) {
            return false;
        }
    }

    /** From now on they ask there. */
    void goOnAt(URI address) {
        client = new LedgerClient(address);
    }

    /** Has them begin nothing more, and waits until all that they asked for is answered. */
    void awaitAnswers() throws InterruptedException, ExecutionException, TimeoutException {
        enough = true;
        for (Future<?> each : clients) {
            each.get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** How often a transfer was asked for again. */
    long repeats() {
        return repeats.sum();
    }

    /** Ends clients that nobody answers, too. */
    @Override
    public void close() {
        enough = true;
        executor.shutdownNow();
    }
}
