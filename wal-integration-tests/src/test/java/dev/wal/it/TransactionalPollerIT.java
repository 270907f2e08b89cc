package dev.wal.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.transaction.WalTransactionManager;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.core.MessageSource;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.Pollers;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** A flow of Spring Integration whose polls are transactions of the log: each message that fails is rolled back alone. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TransactionalPollerIT {
    private static final int MESSAGES = 20;

    @TempDir
    Path directory;

    @Test
    void eachPollIsATransactionOfTheLog() throws Exception {
        try (ConfigurableApplicationContext application = Applications.start(directory, Application.class)) {
            Outcomes outcomes = application.getBean(Outcomes.class);
            List<Integer> told = new ArrayList<>();
            for (int message = 0; message < MESSAGES; message++) {
                told.add(outcomes.queue.poll(60, TimeUnit.SECONDS));
            }

            for (int message = 0; message < MESSAGES; message++) {
                boolean fails = Application.fails(message);
                assertThat(told.get(message))
                        .isEqualTo(
                                fails
                                        ? TransactionSynchronization.STATUS_ROLLED_BACK
                                        : TransactionSynchronization.STATUS_COMMITTED);
                assertThat(map(application).get((long) message)).isEqualTo(fails ? null : "handled");
            }
        }
        try (ConfigurableApplicationContext again =
                Applications.start(directory, Application.class, "spring.integration.endpoint.no-auto-startup=*")) {
            assertThat(map(again).size()).isEqualTo(MESSAGES - MESSAGES / 4);
        }
    }

    @SuppressWarnings("unchecked") // The only map of the application.
    private static DurableMap<Long, String> map(ConfigurableApplicationContext application) {
        return application.getBean(DurableMap.class);
    }

    /** Outcomes of the polls that had a message, in their order. */
    static final class Outcomes {
        private final BlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            exclude = {
                DataSourceAutoConfiguration.class,
                HibernateJpaAutoConfiguration.class,
                DataJpaRepositoriesAutoConfiguration.class
            })
    static class Application {
        /** Every fourth message fails. */
        static boolean fails(long message) {
            return message % 4 == 3;
        }

        @Bean
        Outcomes outcomes() {
            return new Outcomes();
        }

        @Bean
        DurableMap<Long, String> map(DurableMaps maps) {
            return maps.map("map", Long.class, String.class);
        }

        @Bean
        IntegrationFlow flow(
                WalManager log, WalTransactionManager transactions, DurableMap<Long, String> map, Outcomes outcomes) {
            AtomicLong next = new AtomicLong();
            MessageSource<Long> source = () -> {
                assertThat(TransactionSynchronizationManager.hasResource(log)).isTrue();
                return next.get() < MESSAGES ? new GenericMessage<>(next.getAndIncrement()) : null;
            };
            return IntegrationFlow.from(
                            source,
                            endpoint -> endpoint.poller(Pollers.fixedDelay(1)
                                    .transactional(transactions)
                                    .errorChannel("nullChannel")))
                    .handle(message -> {
                        long payload = (Long) message.getPayload();
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void afterCompletion(int status) {
                                outcomes.queue.add(status);
                            }
                        });
                        map.put(payload, "handled");
                        if (fails(payload)) {
                            throw new IllegalStateException("message " + payload + " fails");
                        }
                    })
                    .get();
        }
    }
}
