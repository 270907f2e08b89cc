package dev.wal.it.join;

import java.util.ArrayList;
import java.util.List;
import org.springframework.dao.DataIntegrityViolationException;

/** Threads that pay without a pause, and say of each payment how it ended. */
final class Load {
    static final int ACCOUNTS = 4;

    private static final int THREADS = 4;

    private final Payments payments;
    private final Pipe pipe;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ends;

    Load(Payments payments, Pipe pipe) {
        this.payments = payments;
        this.pipe = pipe;
    }

    /** @param firstId of payments that no earlier load has made */
    void start(long firstId) {
        for (int i = 0; i < THREADS; i++) {
            long first = firstId + i;
            Thread thread = new Thread(() -> run(first), "load " + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    private void run(long first) {
        for (long id = first; !ends; id += THREADS) {
            pay(payment(id));
        }
    }

    static Payment payment(long id) {
        Payment.End end = switch ((int) (id % 11)) {
            case 3 -> Payment.End.THROW;
            case 7 -> Payment.End.REFUSED_AT_COMMIT;
            default -> Payment.End.COMMIT;
        };
        // Each thread goes through all accounts, at its own speed, so that they meet.
        return new Payment(id, -1 - (id + id / THREADS) % ACCOUNTS, 1 + id % 5, end);
    }

    private void pay(Payment payment) {
        pipe.say("pays " + payment.id());
        try {
            payments.pay(payment);
            pipe.say("paid " + payment.id());
        } catch (Payment.Unwanted | DataIntegrityViolationException e) {
            pipe.say("undone " + payment.id());
        } catch (RuntimeException e) {
            pipe.say("open " + payment.id() + " " + e);
        }
    }

    /** Returns when the last payment has ended. */
    void end() {
        ends = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts here", e);
        }
    }
}
