package dev.wal.it.join;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** A row and one of an outbox table, which a poller reads and deletes. */
@BesideJdbc
class OutboxWay {
    @Bean
    PaymentWay payments(TransactionTemplate transactions, JdbcTemplate rows) {
        return id -> transactions.executeWithoutResult(status -> {
            rows.update(DatabaseWay.INSERT, id, id, id);
            rows.update("insert into outbox (payment, amount) values (?, ?)", id, id);
        });
    }

    @Bean(initMethod = "start", destroyMethod = "stop")
    OutboxPoller poller(
            TransactionTemplate transactions,
            JdbcTemplate rows,
            HandOver handOver,
            @Value("${outbox.interval}") long intervalMillis) {
        return new OutboxPoller(transactions, rows, handOver, intervalMillis);
    }
}
