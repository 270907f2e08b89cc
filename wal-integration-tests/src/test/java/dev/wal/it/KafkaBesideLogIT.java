package dev.wal.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.spring.DurableMaps;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.transaction.KafkaTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The log beside a transactional producer of Kafka. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KafkaBesideLogIT {
    private static final TopicPartition EVENTS = new TopicPartition("events", 0);
    private static final String END = "end";

    @RegisterExtension
    static final KafkaBroker BROKER = new KafkaBroker(1, EVENTS.topic());

    @TempDir
    Path directory;

    private ConfigurableApplicationContext application;
    private BothTransactions in;
    private KafkaTemplate<String, String> producer;
    private DurableMap<Long, String> map;
    private Consumer<String, String> consumer;

    @BeforeEach
    @SuppressWarnings("unchecked") // The only map and the only producer of the application.
    void start() {
        application = Applications.start(
                directory,
                Application.class,
                "spring.kafka.bootstrap-servers=" + BROKER.address(),
                "spring.kafka.producer.transaction-id-prefix=test-");
        in = application.getBean(BothTransactions.class);
        producer = application.getBean(KafkaTemplate.class);
        map = application.getBean(DurableMap.class);
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        BROKER.address(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.assign(List.of(EVENTS));
        consumer.seekToEnd(List.of(EVENTS));
        consumer.position(EVENTS);
    }

    @AfterEach
    void stop() {
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        consumer.close();
        application.close();
    }

    @Test
    void plainTransactionsAreOfKafkaAndTheOthersOfTheLog() throws Exception {
        WalManager log = application.getBean(WalManager.class);
        ProducerFactory<?, ?> kafka = application.getBean(ProducerFactory.class);

        assertThat(application.getBean(PlatformTransactionManager.class)).isInstanceOf(KafkaTransactionManager.class);
        assertThat(application.getBean(TransactionTemplate.class).getTransactionManager())
                .isInstanceOf(KafkaTransactionManager.class);
        assertThat(in.plain(() -> List.of(bound(kafka), bound(log)))).containsExactly(true, false);
        assertThat(in.ofTheLog(() -> List.of(bound(kafka), bound(log)))).containsExactly(false, true);
    }

    @Test
    void aWriteInATransactionOfKafkaAloneIsRefusedAndNothingIsSent() throws Exception {
        assertThatThrownBy(() -> in.plain(() -> {
                    producer.send(EVENTS.topic(), "lost");
                    return map.put(1L, "lost");
                }))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("@WalTransactional");

        assertThat(sent()).isEmpty();
    }

    @Test
    void anInnerTransactionOfTheLogStaysWhenTheOuterOneOfKafkaFails() throws Exception {
        assertThatThrownBy(() -> in.plain(() -> {
                    producer.send(EVENTS.topic(), "goes");
                    in.ofTheLog(() -> map.put(1L, "stays"));
                    throw new IllegalStateException("Kafka is to abort");
                }))
                .hasMessage("Kafka is to abort");

        assertThat(sent()).isEmpty();
        assertThat(map.get(1L)).isEqualTo("stays");
    }

    @Test
    void anInnerTransactionOfKafkaStaysWhenTheOuterOneOfTheLogFails() throws Exception {
        assertThatThrownBy(() -> in.ofTheLog(() -> {
                    map.put(1L, "goes");
                    in.plain(() -> producer.send(EVENTS.topic(), "stays"));
                    throw new IllegalStateException("the log is to roll back");
                }))
                .hasMessage("the log is to roll back");

        assertThat(sent()).containsExactly("stays");
        assertThat(map.get(1L)).isNull();
    }

    /** Spring Kafka ties a transaction of its own to whichever is open, and commits it after that: here, after the log has committed. */
    @Test
    void whatIsSentInATransactionOfTheLogIsSentIfItCommitsAndNotIfItRollsBack() throws Exception {
        in.ofTheLog(() -> {
            map.put(1L, "committed");
            return producer.send(EVENTS.topic(), "committed");
        });
        assertThatThrownBy(() -> in.ofTheLog(() -> {
                    producer.send(EVENTS.topic(), "rolled back");
                    throw new IllegalStateException("the log is to roll back");
                }))
                .hasMessage("the log is to roll back");

        assertThat(sent()).containsExactly("committed");
    }

    /** What consumers see up to a message that is sent now. */
    private List<String> sent() throws Exception {
        in.plain(() -> producer.send(EVENTS.topic(), END));
        List<String> values = new ArrayList<>();
        while (values.isEmpty() || !values.get(values.size() - 1).equals(END)) {
            consumer.poll(Duration.ofSeconds(10)).forEach(message -> values.add(message.value()));
        }
        return values.subList(0, values.size() - 1);
    }

    private static boolean bound(Object resource) {
        return TransactionSynchronizationManager.hasResource(resource);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            exclude = {
                DataSourceAutoConfiguration.class,
                HibernateJpaAutoConfiguration.class,
                DataJpaRepositoriesAutoConfiguration.class
            })
    static class Application {
        @Bean
        BothTransactions bothTransactions() {
            return new BothTransactions();
        }

        @Bean
        DurableMap<Long, String> map(DurableMaps maps) {
            return maps.map("map", Long.class, String.class);
        }
    }
}
