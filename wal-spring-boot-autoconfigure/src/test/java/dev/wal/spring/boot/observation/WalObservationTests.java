package dev.wal.spring.boot.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.common.CommitUnknownException;
import dev.wal.common.StateFailedException;
import dev.wal.common.WalLimitException;
import dev.wal.common.WalObserver;
import dev.wal.common.WalOperation;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.FailingStorage;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalObservationAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalOptionsCustomizer;
import dev.wal.state.DurableMap;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What is observed of the log. */
class WalObservationTests {
    @TempDir
    Path directory;

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private ApplicationContextRunner runner;

    @BeforeEach
    void prepare() {
        runner = new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(WalAutoConfiguration.class, WalObservationAutoConfiguration.class))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB");
    }

    private ApplicationContextRunner observed() {
        return runner.withBean(ObservationRegistry.class, () -> registry);
    }

    private static void commit(WalManager log) {
        log.logInsert("audit", 0, 1, Row.of(Value.of("secret")));
    }

    /** Each that has ended, as its name in a trace and its key values. */
    private List<String> ended() {
        List<String> ended = new ArrayList<>();
        TestObservationRegistryAssert.assertThat(registry)
                .hasHandledContextsThatSatisfy(contexts -> contexts.forEach(context -> {
                    if (context instanceof WalObservationContext) {
                        assertThat(context.getName()).isEqualTo("wal.operation");
                        ended.add(context.getContextualName() + " " + context.getLowCardinalityKeyValues());
                    }
                }));
        return ended;
    }

    private static String keys(String kind, String outcome) {
        return "wal " + kind + " " + KeyValues.of("wal.kind", kind, "wal.outcome", outcome);
    }

    /** A commit within a request. */
    private void commitWithinARequest(WalManager log, Row row) {
        Observation.createNotStarted("request", registry).observe(() -> log.logInsert("audit", 0, 1, row));
    }

    private void commitWithinARequest(WalManager log) {
        commitWithinARequest(log, Row.of(Value.of("secret")));
    }

    /** As an application has it that makes its registry before its log, as one for the web does. */
    private ApplicationContextRunner observedFromTheBeginning() {
        return runner.withInitializer(
                context -> context.getBeanFactory().registerSingleton("observationRegistry", registry));
    }

    @Test
    void recoveryIsObservedIfTheRegistryIsMadeBeforeTheLog() {
        observedFromTheBeginning()
                .run(context ->
                        assertThat(ended()).containsExactly(keys("open", "success"), keys("restore", "success")));
    }

    /** A handler that needs a state. */
    private record Auditing(DurableMap<String, String> accounts) implements ObservationHandler<Observation.Context> {
        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AuditedRegistry {
        @Bean
        DurableMap<String, String> accounts(DurableMaps maps) {
            return maps.map("accounts", String.class, String.class);
        }

        @Bean
        ObservationRegistry observationRegistry(DurableMap<String, String> accounts) {
            TestObservationRegistry registry = TestObservationRegistry.create();
            registry.observationConfig().observationHandler(new Auditing(accounts));
            return registry;
        }
    }

    @Test
    void whatIsRegisteredMayNeedTheLog() {
        runner.withUserConfiguration(AuditedRegistry.class).run(context -> {
            assertThat(context).hasNotFailed();
            context.getBean(WalManager.class).checkpointAll();

            TestObservationRegistryAssert.assertThat(context.getBean(TestObservationRegistry.class))
                    .hasNumberOfObservationsWithNameEqualTo("wal.operation", 1);
        });
    }

    @Test
    void commitsWithinARequestAndCheckpointsAreObserved() {
        observed().run(context -> {
            WalManager log = context.getBean(WalManager.class);
            log.checkpointAll();
            commitWithinARequest(log);

            assertThat(ended()).endsWith(keys("checkpoint", "success"), keys("commit", "success"));
        });
    }

    @Test
    void aCommitThatBelongsToNothingIsNotObserved() {
        observed().run(context -> {
            commit(context.getBean(WalManager.class));

            assertThat(ended()).doesNotContain(keys("commit", "success"));
        });
    }

    @Test
    void aCommitThatIsRefusedIsAFailure() {
        observed().run(context -> {
            WalManager log = context.getBean(WalManager.class);
            assertThatThrownBy(() -> commitWithinARequest(log, Row.of(Value.of(new byte[100_000]))))
                    .isInstanceOf(WalLimitException.class);

            assertThat(ended()).contains(keys("commit", "failure"));
            TestObservationRegistryAssert.assertThat(registry).hasAnObservation(observation -> observation.hasError());
        });
    }

    @Test
    void whatAStateSaysInItsExceptionIsNotHandedOn() {
        WalObserver.Observed[] observed = new WalObserver.Observed[1];
        Observation.createNotStarted("request", registry)
                .observe(() -> observed[0] = new WalObservations(registry, null).began(WalOperation.COMMIT));
        observed[0].ended(new CommitUnknownException(
                "met secret", new StateFailedException("met secret", new ArithmeticException("secret"))));

        assertThat(ended()).contains(keys("commit", "unknown"));
        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("wal.operation")
                .that()
                .satisfies(context -> assertThat(context.getError())
                        .isInstanceOf(CommitUnknownException.class)
                        .hasNoCause()
                        .message()
                        .contains("StateFailedException", "ArithmeticException")
                        .doesNotContain("secret"));
    }

    @Test
    void aCommitWhoseOutcomeIsUnknownSaysSo() {
        FailingStorage storage = new FailingStorage(directory);
        observed()
                .withBean(WalOptionsCustomizer.class, () -> options -> options.storage(storage))
                .run(context -> {
                    storage.failForces();
                    assertThatThrownBy(() -> commitWithinARequest(context.getBean(WalManager.class)))
                            .isInstanceOf(CommitUnknownException.class);

                    assertThat(ended()).contains(keys("commit", "unknown"));
                });
    }

    @Test
    void aCommitIsTheChildOfWhatIsCurrent() {
        observed().run(context -> {
            Observation request = Observation.start("request", registry);
            try (Observation.Scope scope = request.openScope()) {
                assertThat(scope.getCurrentObservation()).isSameAs(request);
                commit(context.getBean(WalManager.class));
            }
            request.stop();

            TestObservationRegistryAssert.assertThat(registry)
                    .hasAnObservation(observation ->
                            observation.hasContextualNameEqualTo("wal commit").hasParentObservationEqualTo(request));
        });
    }

    @Test
    void aConventionOfTheApplicationDecidesNamesAndKeys() {
        observed().withBean(WalObservationConvention.class, Own::new).run(context -> {
            commitWithinARequest(context.getBean(WalManager.class));

            TestObservationRegistryAssert.assertThat(registry)
                    .hasObservationWithNameEqualTo("ledger.log")
                    .that()
                    .hasLowCardinalityKeyValue("region", "eu");
        });
    }

    @Test
    void observationsOfTheApplicationTakeTheirPlace() {
        WalObservations own = new WalObservations(ObservationRegistry.NOOP, null);
        observed().withBean("own", WalObservations.class, () -> own).run(context -> {
            commitWithinARequest(context.getBean(WalManager.class));

            assertThat(context.getBean(WalObservations.class)).isSameAs(own);
            assertThat(ended()).isEmpty();
        });
    }

    @Test
    void anApplicationWithoutARegistryObservesNothing() {
        runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(WalObservations.class));
    }

    private static final class Own extends DefaultWalObservationConvention {
        @Override
        public String getName() {
            return "ledger.log";
        }

        @Override
        public KeyValues getLowCardinalityKeyValues(WalObservationContext context) {
            return super.getLowCardinalityKeyValues(context).and("region", "eu");
        }
    }
}
