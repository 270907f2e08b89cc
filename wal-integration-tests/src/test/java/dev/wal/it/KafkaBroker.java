package dev.wal.it;

import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** A Kafka broker of a test class, in this process, without ZooKeeper. */
final class KafkaBroker implements BeforeAllCallback, AfterAllCallback {
    /** For making the topics, far more than a slow machine needs. */
    private static final int ADMIN_TIMEOUT_SECONDS = 120;

    private final EmbeddedKafkaBroker broker;

    KafkaBroker(int partitions, String... topics) {
        broker = new EmbeddedKafkaKraftBroker(1, partitions, topics)
                .adminTimeout(ADMIN_TIMEOUT_SECONDS)
                .brokerProperties(Map.of(
                        "transaction.state.log.replication.factor", "1",
                        "transaction.state.log.min.isr", "1",
                        "group.min.session.timeout.ms", "1000",
                        "group.initial.rebalance.delay.ms", "0"));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        broker.afterPropertiesSet();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        broker.destroy();
    }

    String address() {
        return broker.getBrokersAsString();
    }
}
