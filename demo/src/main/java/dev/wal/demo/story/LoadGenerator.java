package dev.wal.demo.story;

import dev.wal.demo.ledger.Account;
import dev.wal.demo.ledger.AccountService;
import dev.wal.demo.ledger.LedgerException;
import dev.wal.demo.ledger.NewAccount;
import dev.wal.demo.ledger.NewTransfer;
import dev.wal.demo.ledger.TransferService;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Books small transfers between accounts of its own, in several threads at a time, for a bounded time and number. The accounts are many, because transfers that share one wait for each other
 * and not for the disk.
 */
@Component
class LoadGenerator {
    static final int THREADS = 24;
    static final int TRANSFERS_MAX = 200_000;
    private static final String OWNER = "Load ";
    private static final int ACCOUNTS = 64;
    private static final long OPENING_BALANCE = 100_000;
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Logger logger = LoggerFactory.getLogger(LoadGenerator.class);

    private final AccountService accounts;
    private final TransferService transfers;
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS, runnable -> {
        Thread thread = new Thread(runnable, "load");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicLong booked = new AtomicLong();
    private volatile boolean stopped;

    /** @param booked transfers that were acknowledged since the application started */
    record Status(boolean running, long booked) {}

    LoadGenerator(AccountService accounts, TransferService transfers) {
        this.accounts = accounts;
        this.transfers = transfers;
    }

    Status status() {
        return new Status(running.get(), booked.get());
    }

    /**
     * Begins, and returns.
     *
     * @return false if it runs already
     */
    boolean start(int number) {
        if (!running.compareAndSet(false, true)) {
            return false;
        }
        try {
            run(openAccounts(), number);
        } catch (RuntimeException e) {
            running.set(false);
            throw e;
        }
        return true;
    }

    private void run(List<Long> ids, int number) {
        long end = System.nanoTime() + LONGEST.toNanos();
        AtomicInteger left = new AtomicInteger(number);
        AtomicInteger threads = new AtomicInteger(THREADS);
        for (int i = 0; i < THREADS; i++) {
            executor.execute(() -> {
                try {
                    while (!stopped && left.getAndDecrement() > 0 && System.nanoTime() < end) {
                        book(ids);
                    }
                } catch (RuntimeException e) {
                    logger.warn("A thread of the load ends before its time", e);
                } finally {
                    if (threads.decrementAndGet() == 0) {
                        running.set(false);
                    }
                }
            });
        }
    }

    private List<Long> openAccounts() {
        List<Long> ids = new ArrayList<>(accounts.all().stream()
                .filter(account -> account.owner().startsWith(OWNER))
                .map(Account::id)
                .toList());
        while (ids.size() < ACCOUNTS) {
            ids.add(accounts.open(new NewAccount(OWNER + (ids.size() + 1), OPENING_BALANCE))
                    .id());
        }
        return ids;
    }

    private void book(List<Long> ids) {
        int from = ThreadLocalRandom.current().nextInt(ids.size());
        int to = (from + 1 + ThreadLocalRandom.current().nextInt(ids.size() - 1)) % ids.size();
        try {
            transfers.book(new NewTransfer(ids.get(from), ids.get(to), 1, null));
            booked.incrementAndGet();
        } catch (LedgerException e) {
            // The account has nothing left: the next transfer has other ones.
            logger.debug("A transfer was refused", e);
        }
    }

    @PreDestroy
    void stop() {
        stopped = true;
        executor.shutdown();
    }
}
