package dev.wal.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.state.DurableMap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
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
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OffsetsInTheLogIT {
    private static final int PARTITIONS = 2;
    private static final int PAYMENTS = 2_000;
    private static final int ACCOUNTS = 20;
    private static final String END = "end";
    private static final int KILLS = 3;

    /** Payments that a process applies before it is killed: all processes that are killed together apply fewer than there are. */
    private static final int BEFORE_A_KILL = 300;

    @RegisterExtension
    static final KafkaBroker BROKER = new KafkaBroker(PARTITIONS, "payments");

    @TempDir
    Path directory;

    @Test
    void eachMessageIsAppliedOnceWhenTheConsumerIsKilled() throws Exception {
        send(producer -> {
            for (int payment = 0; payment < PAYMENTS; payment++) {
                pay(producer, payment % PARTITIONS, "account " + payment / PARTITIONS % ACCOUNTS);
            }
        });
        for (int kill = 0; kill < KILLS; kill++) {
            Process consumer = startConsumer();
            try {
                awaitApplied(consumer, BEFORE_A_KILL);
            } finally {
                consumer.destroyForcibly().waitFor();
            }
        }
        send(producer -> {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                pay(producer, partition, END);
            }
        });
        Process last = startConsumer();
        try {
            awaitTheEnd(last);
        } finally {
            last.destroyForcibly().waitFor();
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

    private Process startConsumer() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PaymentsApplication.class.getName(),
                        BROKER.address(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void awaitApplied(Process consumer, int payments) throws IOException {
        BufferedReader output = output(consumer);
        for (int applied = 0; applied < payments; ) {
            String line = output.readLine();
            assertThat(line).as("the consumer lives").isNotNull();
            if (line.startsWith(PaymentsApplication.APPLIED)) {
                applied++;
            }
        }
    }

    /** Until the payment that was sent last was applied in each partition. */
    private static void awaitTheEnd(Process consumer) throws IOException {
        BufferedReader output = output(consumer);
        long lastOffset = PAYMENTS / PARTITIONS;
        for (int ended = 0; ended < PARTITIONS; ) {
            String line = output.readLine();
            assertThat(line).as("the consumer lives").isNotNull();
            if (line.startsWith(PaymentsApplication.APPLIED) && line.endsWith(" " + lastOffset)) {
                ended++;
            }
        }
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    @SuppressWarnings("unchecked") // Both maps of the application are of these types.
    private static DurableMap<String, Long> map(ConfigurableApplicationContext application, String name) {
        return application.getBean(name, DurableMap.class);
    }
}
