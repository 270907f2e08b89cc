package dev.wal.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalRecord;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Annotations and beans, as an application has them with the log alone. */
class AnnotatedTransactionsTests {
    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void runner() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        WalAutoConfiguration.class,
                        WalTransactionAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        TransactionManagerCustomizationAutoConfiguration.class))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB")
                .withUserConfiguration(Beans.class);
    }

    @Test
    void eventsAreHeardInEachPhaseOfACommit() {
        runner.run(context -> {
            context.getBean(Service.class).write(1, null);

            assertThat(context.getBean(Listeners.class).heard)
                    .containsExactly("before commit", "after commit", "after completion");
            assertThat(committed(context)).containsExactly(1L);
        });
    }

    @Test
    void eventsAreHeardInEachPhaseOfARollback() {
        runner.run(context -> {
            assertThatThrownBy(() -> context.getBean(Service.class).write(1, new IllegalStateException("mine")))
                    .hasMessage("mine");

            assertThat(context.getBean(Listeners.class).heard).containsExactly("after rollback", "after completion");
            assertThat(committed(context)).isEmpty();
        });
    }

    @Test
    void aListenerThatWritesBeforeTheCommitWritesInTheTransaction() {
        runner.run(context -> {
            context.getBean(Listeners.class).beforeCommit =
                    () -> context.getBean(WalTemplate.class).insert("t", 2, Row.of());
            context.getBean(Service.class).write(1, null);

            assertThat(committed(context)).containsExactly(1L, 2L);
        });
    }

    /** The listener is told, and the framework logs it; whoever made the transaction is not told, because it is committed. */
    @Test
    void aListenerThatWritesAfterTheCommitIsRefusedAndToldOfRequiresNew() {
        runner.run(context -> {
            List<Throwable> thrown = new ArrayList<>();
            context.getBean(Listeners.class).afterCommit = () -> {
                try {
                    context.getBean(WalTemplate.class).insert("t", 2, Row.of());
                } catch (RuntimeException e) {
                    thrown.add(e);
                    throw e;
                }
            };

            context.getBean(Service.class).write(1, null);

            assertThat(thrown)
                    .singleElement()
                    .satisfies(e -> assertThat(e)
                            .isInstanceOf(IllegalTransactionStateException.class)
                            .hasMessageContaining("REQUIRES_NEW"));
            assertThat(committed(context)).containsExactly(1L);
        });
    }

    @Test
    void aListenerThatWritesAfterTheCommitInATransactionOfItsOwnIsCommitted() {
        runner.run(context -> {
            context.getBean(Listeners.class).afterCommit =
                    () -> context.getBean(Service.class).writeInNew(2);
            context.getBean(Service.class).write(1, null);

            assertThat(committed(context)).containsExactly(1L, 2L);
        });
    }

    @Test
    void listenersOfExecutionsAreBeansAndToldOfEachStep() {
        runner.run(context -> {
            context.getBean(Service.class).write(1, null);
            assertThatThrownBy(() -> context.getBean(Service.class).write(2, new IllegalStateException("mine")))
                    .hasMessage("mine");

            assertThat(context.getBean(Steps.class).taken)
                    .containsExactly(
                            "beforeBegin",
                            "afterBegin",
                            "beforeCommit",
                            "afterCommit",
                            "beforeBegin",
                            "afterBegin",
                            "beforeRollback",
                            "afterRollback");
        });
    }

    @Test
    void theRulesForRollbackAreThoseOfTheAnnotation() {
        runner.run(context -> {
            Service service = context.getBean(Service.class);

            assertThatThrownBy(() -> service.write(1, new IOException("checked")))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> service.writeOrRollBackForAnything(2, new IOException("checked")))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> service.writeWhateverHappens(3, new IllegalStateException("mine")))
                    .isInstanceOf(IllegalStateException.class);

            assertThat(committed(context)).containsExactly(1L, 3L);
        });
    }

    @Test
    void theAnnotationOnAClassIsInheritedByItsMethods() {
        runner.run(context -> {
            context.getBean(Child.class).write(1);

            assertThat(committed(context)).containsExactly(1L);
        });
    }

    @Test
    void theDefaultTimeoutIsThatOfTheProperty() {
        runner.withPropertyValues("spring.transaction.default-timeout=7s").run(context -> {
            assertThat(context.getBean(WalTransactionManager.class).getDefaultTimeout())
                    .isEqualTo(7);
            context.getBean(Service.class)
                    .run(() -> assertThat(WalTransactionManager.bound(context.getBean(WalManager.class))
                                    .hasTimeout())
                            .isTrue());
        });
    }

    @Test
    void rollbackOnCommitFailureIsThatOfTheProperty() {
        runner.withPropertyValues("spring.transaction.rollback-on-commit-failure=true")
                .run(context -> assertThat(
                                context.getBean(WalTransactionManager.class).isRollbackOnCommitFailure())
                        .isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mono", "flux", "publisher", "flow"})
    void aMethodThatReturnsAReactiveTypeIsRefusedBeforeItIsCalled(String method) {
        runner.run(context -> {
            Reactive service = context.getBean(Reactive.class);

            assertThatThrownBy(() -> Reactive.class.getMethod(method).invoke(service))
                    .cause()
                    .isInstanceOf(IllegalTransactionStateException.class)
                    .hasMessageContaining("reactive type")
                    .hasMessageContaining(method)
                    .hasMessageContaining("not called");

            assertThat(service.calls()).isEmpty();
            assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        });
    }

    @Test
    void aReactiveMethodThatRunsWithoutATransactionIsLeftAlone() {
        runner.run(context -> {
            Reactive service = context.getBean(Reactive.class);

            assertThat(service.notSupported().block()).isEqualTo("done");
            assertThat(service.plain().block()).isEqualTo("done");
        });
    }

    @Test
    void aMethodThatReturnsAFutureIsCommittedWhenItReturns() {
        runner.run(context -> {
            Reactive service = context.getBean(Reactive.class);

            assertThat(service.future(1, null).join()).isEqualTo("done");
            assertThatThrownBy(() ->
                            service.future(2, new IllegalStateException("mine")).join())
                    .isInstanceOf(CompletionException.class);

            assertThat(committed(context)).containsExactly(1L);
        });
    }

    private static List<Long> committed(ApplicationContext context) {
        List<Long> rowIds = new ArrayList<>();
        context.getBean(WalManager.class).replay(change -> rowIds.add(((WalRecord.Insert) change.record()).rowId()));
        return rowIds;
    }

    record Happened(long id) {}

    static class Service {
        private final WalTemplate template;
        private final ApplicationEventPublisher events;

        Service(WalTemplate template, ApplicationEventPublisher events) {
            this.template = template;
            this.events = events;
        }

        @Transactional
        public void write(long id, Exception thrown) throws Exception {
            insert(id, thrown);
        }

        @Transactional(rollbackFor = Exception.class)
        public void writeOrRollBackForAnything(long id, Exception thrown) throws Exception {
            insert(id, thrown);
        }

        @WalTransactional(noRollbackFor = IllegalStateException.class)
        public void writeWhateverHappens(long id, Exception thrown) throws Exception {
            insert(id, thrown);
        }

        private void insert(long id, Exception thrown) throws Exception {
            template.insert("t", id, Row.of(Value.of(id)));
            events.publishEvent(new Happened(id));
            if (thrown != null) {
                throw thrown;
            }
        }

        @Transactional(propagation = Propagation.REQUIRES_NEW)
        public void writeInNew(long id) {
            template.insert("t", id, Row.of(Value.of(id)));
        }

        @Transactional
        public void run(Runnable action) {
            action.run();
        }
    }

    @WalTransactional
    static class Parent {}

    static class Child extends Parent {
        private final WalTemplate template;

        Child(WalTemplate template) {
            this.template = template;
        }

        public void write(long id) {
            template.insert("t", id, Row.of(Value.of(id)));
        }
    }

    /** Ordered where the phases are called together. */
    static class Listeners {
        private final List<String> heard = new ArrayList<>();
        private Runnable beforeCommit = () -> {};
        private Runnable afterCommit = () -> {};

        @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
        void beforeCommit(Happened event) {
            heard.add("before commit");
            beforeCommit.run();
        }

        @Order(1)
        @TransactionalEventListener
        void afterCommit(Happened event) {
            heard.add("after commit");
            afterCommit.run();
        }

        @Order(1)
        @TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK)
        void afterRollback(Happened event) {
            heard.add("after rollback");
        }

        @Order(2)
        @TransactionalEventListener(phase = TransactionPhase.AFTER_COMPLETION)
        void afterCompletion(Happened event) {
            heard.add("after completion");
        }
    }

    static class Steps implements TransactionExecutionListener {
        private final List<String> taken = new ArrayList<>();

        @Override
        public void beforeBegin(TransactionExecution transaction) {
            taken.add("beforeBegin");
        }

        @Override
        public void afterBegin(TransactionExecution transaction, Throwable beginFailure) {
            taken.add("afterBegin");
        }

        @Override
        public void beforeCommit(TransactionExecution transaction) {
            taken.add("beforeCommit");
        }

        @Override
        public void afterCommit(TransactionExecution transaction, Throwable commitFailure) {
            taken.add("afterCommit");
        }

        @Override
        public void beforeRollback(TransactionExecution transaction) {
            taken.add("beforeRollback");
        }

        @Override
        public void afterRollback(TransactionExecution transaction, Throwable rollbackFailure) {
            taken.add("afterRollback");
        }
    }

    static class Reactive {
        private final List<String> calls = new ArrayList<>();
        private final WalTemplate template;

        Reactive(WalTemplate template) {
            this.template = template;
        }

        public List<String> calls() {
            return calls;
        }

        @Transactional
        public Mono<String> mono() {
            calls.add("mono");
            return Mono.just("done");
        }

        @WalTransactional
        public Flux<String> flux() {
            calls.add("flux");
            return Flux.just("done");
        }

        @Transactional
        public Publisher<String> publisher() {
            calls.add("publisher");
            return Mono.just("done");
        }

        @Transactional
        public Flow.Publisher<String> flow() {
            calls.add("flow");
            return subscriber -> {};
        }

        @Transactional(propagation = Propagation.NOT_SUPPORTED)
        public Mono<String> notSupported() {
            return Mono.just("done");
        }

        public Mono<String> plain() {
            return Mono.just("done");
        }

        @Transactional
        public CompletableFuture<String> future(long id, Exception failure) {
            template.insert("t", id, Row.of(Value.of(id)));
            return failure == null
                    ? CompletableFuture.completedFuture("done")
                    : CompletableFuture.failedFuture(failure);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Beans {
        @Bean
        Service service(WalTemplate template, ApplicationEventPublisher events) {
            return new Service(template, events);
        }

        @Bean
        Child child(WalTemplate template) {
            return new Child(template);
        }

        @Bean
        Listeners listeners() {
            return new Listeners();
        }

        @Bean
        Steps steps() {
            return new Steps();
        }

        @Bean
        Reactive reactive(WalTemplate template) {
            return new Reactive(template);
        }
    }
}
