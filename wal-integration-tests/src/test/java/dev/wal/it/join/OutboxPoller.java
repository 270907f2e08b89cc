package dev.wal.it.join;

import java.sql.Array;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Hands on what is in the outbox table, in batches, and deletes it in the same transaction. A full batch is followed by the next at once, others by a wait. */
final class OutboxPoller {
    private static final int BATCH = 100;

    private final TransactionTemplate transactions;
    private final JdbcTemplate rows;
    private final HandOver handOver;
    private final long intervalMillis;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "outbox");

    OutboxPoller(TransactionTemplate transactions, JdbcTemplate rows, HandOver handOver, long intervalMillis) {
        this.transactions = transactions;
        this.rows = rows;
        this.handOver = handOver;
        this.intervalMillis = intervalMillis;
    }

    void start() {
        thread.start();
    }

    void stop() throws InterruptedException {
        stop.countDown();
        thread.join();
    }

    private void run() {
        try {
            while (stop.getCount() > 0) {
                int handedOn = transactions.execute(status -> poll());
                if (handedOn < BATCH) {
                    stop.await(intervalMillis, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts here", e);
        }
    }

    private int poll() {
        List<Message> messages = rows.query(
                "select id, payment, amount from outbox order by id limit " + BATCH + " for update skip locked",
                (row, number) -> new Message(row.getLong(1), row.getLong(2), row.getLong(3)));
        if (!messages.isEmpty()) {
            messages.forEach(message -> handOver.told(message.payment()));
            Long[] ids = messages.stream().map(Message::id).toArray(Long[]::new);
            rows.update("delete from outbox where id = any (?)", statement -> {
                Array array = statement.getConnection().createArrayOf("bigint", ids);
                statement.setArray(1, array);
            });
        }
        return messages.size();
    }

    private record Message(long id, long payment, long amount) {}
}
