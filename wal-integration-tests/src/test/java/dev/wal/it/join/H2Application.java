package dev.wal.it.join;

import dev.wal.spring.DurableMaps;
import dev.wal.state.DurableMap;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/** Statements of a database in files within the application, beside the log. */
@BesideJdbc
class H2Application {
    @Bean
    DurableMap<Long, Long> paymentEntries(DurableMaps maps) {
        return maps.map("payments", Long.class, Long.class);
    }

    @Bean
    Entries entries(DurableMap<Long, Long> paymentEntries, Pipe pipe) {
        return new Entries(paymentEntries, pipe);
    }

    @Bean
    Rows rows(JdbcTemplate table, Pipe pipe) {
        return new Rows(table, pipe);
    }

    @Bean
    Payments payments(JdbcTemplate table, DurableMap<Long, Long> paymentEntries) {
        return new UndeferredPayments(table, paymentEntries);
    }

    /** Makes the table, unless it is there, and says what it holds: the process that has the files is the only one that can. */
    static final class Rows {
        Rows(JdbcTemplate table, Pipe pipe) {
            table.execute("create table if not exists payment (id bigint primary key, amount bigint not null,"
                    + " reference bigint not null unique)");
            StringBuilder line = new StringBuilder("rows");
            table.query("select id, amount from payment", row -> {
                line.append(' ').append(row.getLong(1)).append('=').append(row.getLong(2));
            });
            pipe.say(line.toString());
        }
    }
}
