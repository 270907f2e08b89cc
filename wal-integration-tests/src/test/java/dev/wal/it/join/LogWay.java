package dev.wal.it.join;

import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.listener.WalListener;
import dev.wal.state.DurableMap;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** A row and an entry of a map, and a listener is told of the entry. */
@BesideJdbc
class LogWay {
    @Bean
    DurableMap<Long, Long> paymentEntries(DurableMaps maps) {
        return maps.map("payments", Long.class, Long.class);
    }

    @Bean
    PaymentWay payments(TransactionTemplate transactions, JdbcTemplate rows, DurableMap<Long, Long> paymentEntries) {
        return id -> transactions.executeWithoutResult(status -> {
            rows.update(DatabaseWay.INSERT, id, id, id);
            paymentEntries.put(id, id);
        });
    }

    @Bean
    Listener listener(HandOver handOver) {
        return new Listener(handOver);
    }

    static class Listener {
        private final HandOver handOver;

        Listener(HandOver handOver) {
            this.handOver = handOver;
        }

        @WalListener(id = "hand-over", tables = "payments")
        public void on(WalChange change) {
            Value key = ((WalRecord.Insert) change.record()).data().value(0);
            handOver.told(((Value.Int64) key).value());
        }
    }
}
