package dev.wal.it;

import dev.wal.spring.transaction.WalTransactional;
import dev.wal.state.DurableMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.listener.ConsumerSeekAware;

/** The recipe of the documentation: what a message does, and that it was done, are one transaction of the log. */
class Payments implements ConsumerSeekAware {
    private final DurableMap<String, Long> balances;
    private final DurableMap<String, Long> offsets;

    Payments(DurableMap<String, Long> balances, DurableMap<String, Long> offsets) {
        this.balances = balances;
        this.offsets = offsets;
    }

    @WalTransactional
    @KafkaListener(id = "payments", topics = "payments")
    public void on(ConsumerRecord<String, Long> payment) {
        String partition = payment.topic() + "-" + payment.partition();
        Long next = offsets.getForUpdate(partition);
        if (next != null && payment.offset() < next) {
            return; // applied already, and delivered again
        }
        Long balance = balances.getForUpdate(payment.key());
        balances.put(payment.key(), (balance == null ? 0 : balance) + payment.value());
        offsets.put(partition, payment.offset() + 1);
    }

    @Override
    public void onPartitionsAssigned(Map<TopicPartition, Long> assignments, ConsumerSeekCallback callback) {
        assignments.keySet().forEach(partition -> {
            Long next = offsets.get(partition.topic() + "-" + partition.partition());
            if (next != null) {
                callback.seek(partition.topic(), partition.partition(), next);
            }
        });
    }
}
