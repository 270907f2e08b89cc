package dev.wal.it.join;

import dev.wal.state.DurableMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** With statements of H2, which looks at each constraint at once. */
class H2Payments extends JdbcPayments {
    private final JdbcTemplate rows;
    private final DurableMap<Long, Long> entries;

    H2Payments(JdbcTemplate rows, DurableMap<Long, Long> entries) {
        super(rows, entries);
        this.rows = rows;
        this.entries = entries;
    }

    @Override
    @Transactional
    public void open(long account) {
        if (rows.update(
                        "insert into payment (id, amount, reference) select ?, 0, ? where not exists"
                                + " (select 1 from payment where id = ?)",
                        account,
                        account,
                        account)
                == 1) {
            entries.put(account, 0L);
        }
    }
}
