package dev.wal.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.AutomaticCheckpoints;
import dev.wal.CheckpointSchedule;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.listener.BackOff;
import dev.wal.listener.WalListeners;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.boot.actuate.WalCheckpointEndpoint;
import dev.wal.spring.boot.actuate.WalCheckpointEndpointWebExtension;
import dev.wal.spring.boot.actuate.WalEndpoint;
import dev.wal.spring.boot.actuate.WalHealthIndicator;
import dev.wal.spring.boot.actuate.WalListenersEndpoint;
import dev.wal.spring.boot.actuate.WalListenersEndpointWebExtension;
import dev.wal.spring.boot.actuate.WalListenersHealthIndicator;
import dev.wal.spring.boot.actuate.WalRecoveryEndpoint;
import dev.wal.spring.listener.ListenerDefaults;
import dev.wal.spring.transaction.BoundTransactions;
import dev.wal.spring.transaction.WalTransactionManager;
import dev.wal.state.TransactionContext;
import dev.wal.state.WalStates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** A bean of the application takes the place of each that is auto-configured, and customizers change those that are. */
class BackOffTests {
    @TempDir
    Path directory;

    private WebApplicationContextRunner runner;

    @BeforeEach
    void runnerWithEverything() {
        runner = new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        WalAutoConfiguration.class,
                        WalTransactionAutoConfiguration.class,
                        WalListenerAutoConfiguration.class,
                        WalListenerHealthContributorAutoConfiguration.class,
                        WalEndpointAutoConfiguration.class,
                        WalHealthContributorAutoConfiguration.class,
                        TransactionManagerCustomizationAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withPropertyValues(
                        "wal.directory=" + directory,
                        "wal.segment.size=64KB",
                        "management.endpoints.web.exposure.include=*");
    }

    private <T> void takesThePlace(Class<T> type, Supplier<T> own) {
        runner.withBean("own", type, own)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(type)
                        .getBean(type)
                        .isSameAs(context.getBean("own")));
    }

    private WalManager anotherLog() {
        return WalManager.open(WalOptions.builder(directory.resolve("another"))
                .segmentSize(64 * 1024)
                .build());
    }

    @Test
    void aLogOfTheApplicationIsTheOnlyOneThatIsOpened() {
        takesThePlace(WalManager.class, this::anotherLog);
        assertThat(directory.resolve("wal.lock")).doesNotExist();
    }

    @Test
    void aContextOfTransactions() {
        takesThePlace(TransactionContext.class, () -> new BoundTransactions(this::anotherLog));
    }

    @Test
    void aFactoryOfMaps() {
        takesThePlace(
                DurableMaps.class,
                () -> new DurableMaps(new BoundTransactions(this::anotherLog), Duration.ofSeconds(5), false));
    }

    @Test
    void aTransactionManagerOfTheLog() {
        try (WalManager another = anotherLog()) {
            takesThePlace(WalTransactionManager.class, () -> new WalTransactionManager(another));
        }
    }

    @Test
    void aTemplate() {
        try (WalManager another = anotherLog()) {
            takesThePlace(
                    WalTemplate.class,
                    () -> new WalTemplate(
                            another, new WalTransactionManager(another), new BoundTransactions(() -> another)));
        }
    }

    @Test
    void anEndpointOfTheLog() {
        try (WalManager another = anotherLog()) {
            takesThePlace(WalEndpoint.class, () -> new WalEndpoint(another));
        }
    }

    @Test
    void anEndpointOfRecovery() {
        try (WalManager another = anotherLog()) {
            takesThePlace(WalRecoveryEndpoint.class, () -> new WalRecoveryEndpoint(another));
        }
    }

    private static WalCheckpointEndpoint checkpointEndpoint(WalManager log) {
        return new WalCheckpointEndpoint(log, new AutomaticCheckpoints(log, CheckpointSchedule.never()));
    }

    @Test
    void automaticCheckpoints() {
        try (WalManager another = anotherLog()) {
            WalStates.attach(another, List.of());
            takesThePlace(
                    AutomaticCheckpoints.class, () -> new AutomaticCheckpoints(another, CheckpointSchedule.never()));
        }
    }

    @Test
    void anEndpointOfCheckpoints() {
        try (WalManager another = anotherLog()) {
            takesThePlace(WalCheckpointEndpoint.class, () -> checkpointEndpoint(another));
        }
    }

    @Test
    void theAnswersOfCheckpointsOverHttp() {
        try (WalManager another = anotherLog()) {
            takesThePlace(
                    WalCheckpointEndpointWebExtension.class,
                    () -> new WalCheckpointEndpointWebExtension(checkpointEndpoint(another)));
        }
    }

    @Test
    void theListeners() {
        try (WalManager another = anotherLog()) {
            takesThePlace(WalListeners.class, () -> new WalListeners(another));
        }
    }

    @Test
    void theDefaultsOfListeners() {
        takesThePlace(ListenerDefaults.class, () -> new ListenerDefaults(1, BackOff.standard()));
    }

    private static WalListenersEndpoint listenersEndpoint(WalManager log) {
        return new WalListenersEndpoint(new WalListeners(log), Duration.ofSeconds(10));
    }

    @Test
    void anEndpointOfListeners() {
        try (WalManager another = anotherLog()) {
            takesThePlace(WalListenersEndpoint.class, () -> listenersEndpoint(another));
        }
    }

    @Test
    void theAnswersOfListenersOverHttp() {
        try (WalManager another = anotherLog()) {
            takesThePlace(
                    WalListenersEndpointWebExtension.class,
                    () -> new WalListenersEndpointWebExtension(listenersEndpoint(another)));
        }
    }

    @Test
    void theHealthOfListenersByItsName() {
        HealthIndicator own = () -> Health.unknown().build();
        runner.withBean("walListenersHealthIndicator", HealthIndicator.class, () -> own)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(WalListenersHealthIndicator.class)
                        .getBean("walListenersHealthIndicator")
                        .isSameAs(own));
    }

    @Test
    void aDisabledLogLeavesNothing() {
        runner.withPropertyValues("wal.enabled=false").run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(List.of(context.getBeanDefinitionNames()))
                    .noneMatch(name -> name.startsWith("wal") && !name.startsWith("wal-"));
            assertThat(context)
                    .doesNotHaveBean(WalManager.class)
                    .doesNotHaveBean(DurableMaps.class)
                    .doesNotHaveBean(TransactionContext.class)
                    .doesNotHaveBean(WalTransactionManager.class)
                    .doesNotHaveBean(WalTemplate.class)
                    .doesNotHaveBean(WalEndpoint.class)
                    .doesNotHaveBean(WalHealthIndicator.class)
                    .doesNotHaveBean(AutomaticCheckpoints.class)
                    .doesNotHaveBean(ListenerDefaults.class)
                    .doesNotHaveBean(WalListeners.class)
                    .doesNotHaveBean(WalListenersEndpoint.class)
                    .doesNotHaveBean(WalListenersHealthIndicator.class);
        });
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void anApplicationWithoutTheActuatorStarts() {
        runner.withClassLoader(
                        new FilteredClassLoader("org.springframework.boot.actuate", "org.springframework.boot.health"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(WalManager.class)
                        .doesNotHaveBean(WalEndpoint.class));
    }

    @Test
    void endpointsThatAreNotExposedAreNotMade() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=health")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(WalEndpoint.class)
                        .doesNotHaveBean(WalRecoveryEndpoint.class)
                        .doesNotHaveBean(WalCheckpointEndpoint.class));
    }

    @Test
    void customizersOfTheOptionsHaveTheLastWordInTheirOrder() {
        List<String> called = new ArrayList<>();
        runner.withBean("second", WalOptionsCustomizer.class, () -> new Second(called))
                .withBean("first", WalOptionsCustomizer.class, () -> new First(called))
                .run(context -> {
                    assertThat(called).containsExactly("first", "second");
                    assertThat(context.getBean(WalManager.class).options().partitions())
                            .isEqualTo(2);
                });
    }

    @Test
    void customizersOfTransactionManagersAreHeard() {
        runner.withPropertyValues("spring.transaction.default-timeout=42s")
                .withBean(
                        "nesting",
                        TransactionManagerCustomizer.class,
                        () -> (TransactionManagerCustomizer<WalTransactionManager>)
                                manager -> manager.setNestedTransactionAllowed(false))
                .run(context -> {
                    WalTransactionManager manager = context.getBean(WalTransactionManager.class);
                    assertThat(manager.getDefaultTimeout()).isEqualTo(42);
                    assertThat(manager.isNestedTransactionAllowed()).isFalse();
                });
    }

    @Order(Ordered.HIGHEST_PRECEDENCE)
    private record First(List<String> called) implements WalOptionsCustomizer {
        @Override
        public void customize(WalOptions.Builder options) {
            called.add("first");
            options.partitions(8);
        }
    }

    @Order(Ordered.LOWEST_PRECEDENCE)
    private record Second(List<String> called) implements WalOptionsCustomizer {
        @Override
        public void customize(WalOptions.Builder options) {
            called.add("second");
            options.partitions(2);
        }
    }
}
