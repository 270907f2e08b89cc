package dev.wal.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.spring.modulith.shop.ShopApplication;
import dev.wal.spring.modulith.shop.orders.OrderPlaced;
import dev.wal.spring.modulith.shop.orders.Orders;
import dev.wal.spring.modulith.shop.shipping.Carrier;
import dev.wal.spring.modulith.shop.shipping.Shipping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.modulith.events.CompletedEventPublications;
import org.springframework.modulith.events.EventPublication.Status;
import org.springframework.modulith.events.FailedEventPublications;
import org.springframework.modulith.events.IncompleteEventPublications;
import org.springframework.modulith.events.ResubmissionOptions;
import org.springframework.modulith.events.core.EventPublicationRegistry;
import org.springframework.modulith.events.core.EventPublicationRepository;
import org.springframework.modulith.events.core.TargetEventPublication;

/** An application with the real Spring Modulith: what is published, delivered, and delivered again after a restart. */
class EventDeliveryTests {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    /** Takes orders, but not those that it is told to refuse. */
    static final class TestCarrier implements Carrier {
        private final List<Long> refused;
        private final ConcurrentHashMap<Long, CountDownLatch> calls = new ConcurrentHashMap<>();

        private TestCarrier(List<Long> refused) {
            this.refused = refused;
        }

        @Override
        public void take(long order) {
            called(order).countDown();
            if (refused.contains(order)) {
                throw new IllegalStateException("Order " + order + " is refused");
            }
        }

        private CountDownLatch called(long order) {
            return calls.computeIfAbsent(order, key -> new CountDownLatch(1));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TestConfiguration {
        @Bean
        TestCarrier carrier(Environment environment) {
            String refused = environment.getProperty("refused", "");
            return new TestCarrier(Arrays.stream(refused.split(",", -1))
                    .filter(text -> !text.isEmpty())
                    .map(Long::valueOf)
                    .toList());
        }
    }

    private ConfigurableApplicationContext start(String... properties) {
        List<String> arguments = new ArrayList<>(
                List.of("--wal.directory=" + directory, "--wal.segment.size=256KB", "--spring.main.banner-mode=off"));
        Arrays.stream(properties).forEach(property -> arguments.add("--" + property));
        return new SpringApplicationBuilder(ShopApplication.class, TestConfiguration.class)
                .web(WebApplicationType.NONE)
                .run(arguments.toArray(String[]::new));
    }

    @Test
    void theModulesOfTheApplicationAreWhatTheySeem() {
        assertThat(ApplicationModules.of(ShopApplication.class, location -> true)
                        .verify())
                .hasSize(2);
    }

    @Test
    void anEventIsDeliveredAfterTheCommitAndItsPublicationCompleted() {
        try (ConfigurableApplicationContext shop = start()) {
            shop.getBean(Orders.class).place(1, order -> {
                assertThat(shop.getBean(EventPublicationRepository.class).findIncompletePublications())
                        .isEmpty();
            });

            awaitStatus(shop, Status.COMPLETED, 1);
            assertThat(shop.getBean(Shipping.class).shipments(1)).isEqualTo(1);
            assertThat(shop.getBean(CompletedEventPublications.class).findAll())
                    .singleElement()
                    .satisfies(publication -> assertThat(publication.getEvent()).isEqualTo(new OrderPlaced(1)));
        }
    }

    @Test
    void aRolledBackTransactionPublishesNothing() {
        try (ConfigurableApplicationContext shop = start()) {
            assertThatThrownBy(() -> shop.getBean(Orders.class).place(1, order -> {
                        throw new IllegalStateException("mine");
                    }))
                    .hasMessage("mine");
        }
        try (ConfigurableApplicationContext shop = start(republishing())) {
            shop.getBean(Orders.class).place(2);
            awaitStatus(shop, Status.COMPLETED, 1);

            assertThat(shop.getBean(Orders.class).placed()).containsExactly(2L);
            assertThat(shop.getBean(Shipping.class).shipments(1)).isZero();
            assertThat(incomplete(shop)).isEmpty();
        }
    }

    @Test
    void aListenerThatThrowsLeavesAnIncompletePublicationWhichARestartDelivers() {
        try (ConfigurableApplicationContext shop = start("refused=1")) {
            shop.getBean(Orders.class).place(1);

            awaitStatus(shop, Status.FAILED, 1);
            assertThat(shop.getBean(Shipping.class).shipments(1)).isZero();
        }
        try (ConfigurableApplicationContext shop = start(republishing())) {
            awaitStatus(shop, Status.COMPLETED, 1);

            assertThat(shop.getBean(Shipping.class).shipments(1)).isEqualTo(1);
            assertThat(completed(shop).getCompletionAttempts()).isEqualTo(2);
        }
        try (ConfigurableApplicationContext shop = start(republishing())) {
            assertThat(incomplete(shop)).isEmpty();
            assertThat(completed(shop).getCompletionAttempts()).isEqualTo(2);
        }
    }

    @Test
    void withoutRepublicationIncompletePublicationsAreResubmittedWhenAskedFor() {
        try (ConfigurableApplicationContext shop = start("refused=1,2")) {
            shop.getBean(Orders.class).place(1);
            shop.getBean(Orders.class).place(2);
            awaitStatus(shop, Status.FAILED, 2);
        }
        try (ConfigurableApplicationContext shop = start()) {
            assertThat(incomplete(shop)).hasSize(2);

            shop.getBean(IncompleteEventPublications.class)
                    .resubmitIncompletePublications(
                            publication -> publication.getEvent().equals(new OrderPlaced(2)));
            awaitStatus(shop, Status.COMPLETED, 1);
            assertThat(shop.getBean(Shipping.class).shipments(2)).isEqualTo(1);

            shop.getBean(FailedEventPublications.class).resubmit(ResubmissionOptions.defaults());
            awaitStatus(shop, Status.COMPLETED, 2);
            assertThat(shop.getBean(Shipping.class).shipments(1)).isEqualTo(1);
        }
    }

    @Test
    void stalePublicationsAreMarkedAsFailed() {
        try (ConfigurableApplicationContext shop = start("refused=1")) {
            shop.getBean(Orders.class).place(1);
            awaitStatus(shop, Status.FAILED, 1);
            EventPublicationRepository repository = shop.getBean(EventPublicationRepository.class);
            repository.markProcessing(incomplete(shop).get(0).getIdentifier());

            shop.getBean(EventPublicationRegistry.class).markStalePublicationsFailed(status -> Duration.ofDays(-1));

            assertThat(repository.countByStatus(Status.FAILED)).isEqualTo(1);
        }
    }

    @Test
    void completedPublicationsAreNotKeptIfTheyAreToBeDeleted() throws InterruptedException {
        try (ConfigurableApplicationContext shop = start("spring.modulith.events.completion-mode=delete")) {
            shop.getBean(Orders.class).place(1);
            assertThat(shop.getBean(TestCarrier.class).called(1).await(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            Awaitility.await().atMost(TIMEOUT).until(() -> incomplete(shop).isEmpty());

            assertThat(shop.getBean(CompletedEventPublications.class).findAll()).isEmpty();
        }
    }

    private static String republishing() {
        return "spring.modulith.events.republish-outstanding-events-on-restart=true";
    }

    private static void awaitStatus(ConfigurableApplicationContext shop, Status status, int publications) {
        EventPublicationRepository repository = shop.getBean(EventPublicationRepository.class);
        Awaitility.await(publications + " publications are " + status)
                .atMost(TIMEOUT)
                .until(() -> repository.countByStatus(status) == publications);
    }

    private static List<TargetEventPublication> incomplete(ConfigurableApplicationContext shop) {
        return shop.getBean(EventPublicationRepository.class).findIncompletePublications();
    }

    private static TargetEventPublication completed(ConfigurableApplicationContext shop) {
        return shop.getBean(EventPublicationRepository.class)
                .findCompletedPublications()
                .get(0);
    }
}
