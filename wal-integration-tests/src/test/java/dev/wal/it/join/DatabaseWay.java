package dev.wal.it.join;

import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** A row, and nobody is told. */
@BesideJdbc
class DatabaseWay {
    static final String INSERT = "insert into payment (id, amount, reference) values (?, ?, ?)";

    @Bean
    PaymentWay payments(TransactionTemplate transactions, JdbcTemplate rows) {
        return id -> transactions.executeWithoutResult(status -> rows.update(INSERT, id, id, id));
    }
}
