package dev.wal.demo.crash;

import java.io.IOException;
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
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Clients that ask for transfers until the ledger is gone, and an observer. */
final class Load implements AutoCloseable {
    private static final long TOO_MUCH = 1_000_000_000_000L;
    private static final int AMOUNT_MAX = 500;
    private static final int RECENT_REFERENCES = 8;
    private static final Duration END_TIMEOUT = Duration.ofSeconds(90);

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final List<Future<?>> clients = new ArrayList<>();
    private final AtomicReferenceArray<Request> recent = new AtomicReferenceArray<>(RECENT_REFERENCES);
    private final LedgerClient client;
    private final History history;
    private final Openings openings;
    private final Observer observer;

    /**
     * @param name begins the references of this load, and of no other one
     */
    Load(LedgerClient client, History history, Openings openings, String name, int connections, Random random) {
        this.client = client;
        this.history = history;
        this.openings = openings;
        for (int i = 0; i < connections; i++) {
            String prefix = name + "-" + i + "-";
            Random own = new Random(random.nextLong());
            clients.add(executor.submit(() -> transferUntilGone(prefix, own)));
        }
        this.observer = new Observer(client, history, openings, new Random(random.nextLong()));
        clients.add(executor.submit(observer::observeUntilGone));
    }

    private void transferUntilGone(String prefix, Random random) {
        for (long number = 0; ; number++) {
            Request request = next(prefix + number, random);
            try {
                history.answered(request, client.transfer(request));
            } catch (IOException e) {
                history.unanswered(request);
                return;
            }
        }
    }

    /** Every second one has a reference, one in ten asks for too much, and some repeat what somebody is asking for just now. */
    private Request next(String reference, Random random) {
        int slot = random.nextInt(RECENT_REFERENCES);
        Request repeated = recent.get(slot);
        if (repeated != null && random.nextInt(20) == 0) {
            return repeated;
        }
        long amount = random.nextInt(10) == 0 ? TOO_MUCH : 1 + random.nextInt(AMOUNT_MAX);
        Request request = openings.request(amount, random.nextBoolean() ? reference : null, random);
        if (request.reference() != null) {
            recent.set(slot, request);
        }
        return request;
    }

    /** Waits until the ledger is gone for all. */
    void awaitEnd() throws InterruptedException, ExecutionException, TimeoutException {
        for (Future<?> each : clients) {
            each.get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    Observer observer() {
        return observer;
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
