package dev.wal.it.join;

import dev.wal.state.DurableMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** With statements of a database that looks at each constraint at once, such as H2 and MariaDB. */
class UndeferredPayments extends JdbcPayments {
    private final JdbcTemplate rows;
    private final DurableMap<Long, Long> entries;

    UndeferredPayments(JdbcTemplate rows, DurableMap<Long, Long> entries) {
        super(rows, entries);
        this.rows = rows;
        this.entries = entries;
    }

    @Override
    @Transactional
    public void open(long account) {
        if (rows.update(
                        "insert into payment (id, amount, reference) select ?, 0, ? from dual where not exists"
                                + " (select 1 from payment where id = ?)",
                        account,
                        account,
                        account)
                == 1) {
            entries.put(account, 0L);
        }
    }
}
