package dev.wal.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** A consumer that keeps its offsets in the log is killed again and again: each message is applied once. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class OffsetsInTheLogIT {
    private static final int PARTITIONS = 2;
    private static final int KILLS = 3;

    /** Payments that are sent for each process, and how many of them it applies before it is killed: there are always enough to wait for. */
    private static final int PAYMENTS_OF_A_ROUND = 800;

    private static final int BEFORE_A_KILL = 300;
    private static final int PAYMENTS = (KILLS + 1) * PAYMENTS_OF_A_ROUND;
    private static final int ACCOUNTS = 20;
    private static final String END = "end";

    @RegisterExtension
    static final KafkaBroker BROKER = new KafkaBroker(PARTITIONS, "payments");

    @TempDir
    Path directory;

    @Test
    void eachMessageIsAppliedOnceWhenTheConsumerIsKilled() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            sendARound();
            try (ConsumerProcess consumer = ConsumerProcess.start(BROKER.address(), directory)) {
                consumer.await(BEFORE_A_KILL, line -> line.startsWith(PaymentsApplication.APPLIED));
                consumer.kill();
            }
        }
        sendARound();
        send(producer -> {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                pay(producer, partition, END);
            }
        });
        try (ConsumerProcess last = ConsumerProcess.start(BROKER.address(), directory)) {
            String end = " " + PAYMENTS / PARTITIONS;
            last.await(PARTITIONS, line -> line.startsWith(PaymentsApplication.APPLIED) && line.endsWith(end));
            last.kill();
        }

        try (ConfigurableApplicationContext application =
                PaymentsApplication.start(directory, "spring.kafka.listener.auto-startup=false")) {
            DurableMap<String, Long> balances = map(application, "balances");
            for (int account = 0; account < ACCOUNTS; account++) {
                assertThat(balances.get("account " + account))
                        .as("account %d", account)
                        .isEqualTo(PAYMENTS / ACCOUNTS);
            }
            assertThat(map(application, "offsets").view())
                    .containsOnly(
                            Map.entry("payments-0", PAYMENTS / PARTITIONS + 1L),
                            Map.entry("payments-1", PAYMENTS / PARTITIONS + 1L));
        }
    }

    @Test
    void aConsumerEndsWithTheProcessThatStartedIt() throws Exception {
        try (ConsumerProcess consumer = ConsumerProcess.start(BROKER.address(), directory)) {
            consumer.await(1, PaymentsApplication.STARTED::equals);
            consumer.closeInput();
            consumer.awaitEnd();
        }
    }

    private static void sendARound() {
        send(producer -> {
            for (int payment = 0; payment < PAYMENTS_OF_A_ROUND; payment++) {
                pay(producer, payment % PARTITIONS, "account " + payment / PARTITIONS % ACCOUNTS);
            }
        });
    }

    private static void send(Consumer<Producer<String, Long>> payments) {
        try (Producer<String, Long> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, BROKER.address()),
                new StringSerializer(),
                new LongSerializer())) {
            payments.accept(producer);
        }
    }

    private static void pay(Producer<String, Long> producer, int partition, String account) {
        producer.send(new ProducerRecord<>("payments", partition, account, 1L));
    }

    @SuppressWarnings("unchecked") // Both maps of the application are of these types.
    private static DurableMap<String, Long> map(ConfigurableApplicationContext application, String name) {
        return application.getBean(name, DurableMap.class);
    }
}
