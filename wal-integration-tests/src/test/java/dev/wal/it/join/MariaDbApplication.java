package dev.wal.it.join;

import dev.wal.spring.DurableMaps;
import dev.wal.state.DurableMap;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/** Statements of MariaDB beside the log. */
@BesideJdbc
class MariaDbApplication {
    @Bean
    DurableMap<Long, Long> paymentEntries(DurableMaps maps) {
        return maps.map("payments", Long.class, Long.class);
    }

    @Bean
    Entries entries(DurableMap<Long, Long> paymentEntries, Pipe pipe) {
        return new Entries(paymentEntries, pipe);
    }

    @Bean
    Payments payments(JdbcTemplate rows, DurableMap<Long, Long> paymentEntries) {
        return new UndeferredPayments(rows, paymentEntries);
    }
}
