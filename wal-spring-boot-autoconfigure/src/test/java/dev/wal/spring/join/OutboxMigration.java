package dev.wal.spring.join;

import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.WalTemplate;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

class OutboxMigration {
    private final JdbcTemplate jdbc;
    private final WalTemplate wal;

    OutboxMigration(JdbcTemplate jdbc, WalTemplate wal) {
        this.jdbc = jdbc;
        this.wal = wal;
    }

    @Transactional
    public boolean moveSome() {
        List<Map<String, Object>> left =
                jdbc.queryForList("select id, payload from outbox order by id limit 100 for update");
        for (Map<String, Object> message : left) {
            long id = ((Number) message.get("id")).longValue();
            wal.insert("outbox", id, Row.of(Value.of((String) message.get("payload"))));
            jdbc.update("delete from outbox where id = ?", id);
        }
        return !left.isEmpty();
    }
}
