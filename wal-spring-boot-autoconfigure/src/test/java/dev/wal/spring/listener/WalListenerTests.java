package dev.wal.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.listener.FailurePolicy;
import dev.wal.listener.ListenerState;
import dev.wal.listener.ListenerStatus;
import dev.wal.listener.StartAt;
import dev.wal.listener.WalListeners;
import dev.wal.record.Row;
import dev.wal.record.WalChange;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalListenerAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalOptionsCustomizer;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import dev.wal.spring.transaction.WalTransactional;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.OverridingClassLoader;
import org.springframework.core.annotation.AliasFor;

/** Methods of beans as listeners. */
class WalListenerTests {
    private static final String TABLE = "accounts";
    private static final long PATIENCE_SECONDS = 30;

    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void prepare() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        WalAutoConfiguration.class,
                        WalListenerAutoConfiguration.class,
                        WalTransactionAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB");
    }

    private static void commit(WalManager wal, String table, long row) {
        wal.logInsert(table, 0, row, Row.of());
    }

    /** What came, with a bounded wait for it. */
    static class Inbox {
        private final BlockingQueue<WalChange> changes = new LinkedBlockingQueue<>();

        void add(WalChange change) {
            changes.add(change);
        }

        long next() {
            return nextChange().rowId();
        }

        WalChange nextChange() {
            try {
                WalChange change = changes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (change == null) {
                    throw new AssertionError("no change came");
                }
                return change;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        boolean isEmpty() {
            return changes.isEmpty();
        }
    }

    static class Accounts extends Inbox {
        @WalListener(id = "accounts-listener", tables = TABLE)
        public void on(WalChange change) {
            add(change);
        }
    }

    @Test
    void aMethodIsCalledWithTheChangesOfItsTables() {
        runner.withBean(Accounts.class).run(context -> {
            WalManager wal = context.getBean(WalManager.class);
            Accounts accounts = context.getBean(Accounts.class);
            commit(wal, "other", 1);
            commit(wal, TABLE, 2);
            long end = wal.status().position();

            WalChange change = accounts.nextChange();
            assertThat(change.rowId()).isEqualTo(2);
            assertThat(change.lsn()).isEqualTo(1);
            assertThat(change.position()).isPositive().isLessThan(end);
            assertThat(change.commitTimeMicros()).isPositive();
            assertThat(context.getBean(WalListeners.class).ids()).containsExactly("accounts-listener");
            assertThat(context.getBean("walListeners")).isInstanceOf(WalListeners.class);
            assertThat(accounts.isEmpty()).isTrue();
        });
    }

    @Test
    void aListenerGoesOnAfterARestartOfTheApplication() {
        runner.withBean(Accounts.class).run(context -> {
            commit(context.getBean(WalManager.class), TABLE, 1);
            assertThat(context.getBean(Accounts.class).next()).isEqualTo(1);
            context.getBean(WalListeners.class).stop("accounts-listener", Duration.ofSeconds(PATIENCE_SECONDS));
            commit(context.getBean(WalManager.class), TABLE, 2);
        });
        runner.withBean(Accounts.class).run(context -> {
            commit(context.getBean(WalManager.class), TABLE, 3);
            Accounts accounts = context.getBean(Accounts.class);
            assertThat(accounts.next()).isEqualTo(2);
            assertThat(accounts.next()).isEqualTo(3);
        });
    }

    @Test
    void anApplicationWithoutListenersStartsNoThread() {
        runner.run(context -> {
            assertThat(context.getBean(WalListeners.class).ids()).isEmpty();
            assertThat(context.getBean(WalManager.class).consumers()).isEmpty();
        });
    }

    @Test
    void aDisabledLogHasNoListeners() {
        runner.withPropertyValues("wal.enabled=false")
                .withBean(Accounts.class)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(WalListeners.class));
    }

    /** Is absent where {@link AbsenceLoader} is asked for it. */
    static class Absent {}

    static class NamesWhatIsAbsent {
        void use(Absent absent) {}
    }

    /** Makes the one class anew, and has not the other. */
    private static final class AbsenceLoader extends OverridingClassLoader {
        private AbsenceLoader() {
            super(WalListenerTests.class.getClassLoader());
        }

        @Override
        protected boolean isEligibleForOverriding(String className) {
            return className.equals(NamesWhatIsAbsent.class.getName());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(Absent.class.getName())) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }

    @Test
    void aLazyBeanWhoseMethodsNameAnAbsentClassDoesNotKeepTheApplicationFromStarting() throws Exception {
        Class<?> type = new AbsenceLoader().loadClass(NamesWhatIsAbsent.class.getName());
        assertThatThrownBy(type::getDeclaredMethods).isInstanceOf(NoClassDefFoundError.class);
        RootBeanDefinition lazy = new RootBeanDefinition(type);
        lazy.setLazyInit(true);

        runner.withInitializer(context ->
                        ((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("lazy", lazy))
                .withBean(Accounts.class)
                .run(context ->
                        assertThat(context.getBean(WalListeners.class).ids()).containsExactly("accounts-listener"));
    }

    // Transactions.

    static class Copier {
        private final WalTemplate template;

        Copier(WalTemplate template) {
            this.template = template;
        }

        @WalTransactional
        @WalListener(id = "copier", tables = TABLE)
        public void on(WalChange change) {
            template.insert("copies", change.rowId() + 100, Row.of());
        }
    }

    static class Copies extends Inbox {
        @WalListener(id = "copies", tables = "copies")
        void on(WalChange change) {
            add(change);
        }
    }

    @Test
    void aListenerMayBeTransactionalAndWriteToTheLog() {
        runner.withBean(Copier.class).withBean(Copies.class).run(context -> {
            assertThat(AopUtils.isAopProxy(context.getBean(Copier.class))).isTrue();
            commit(context.getBean(WalManager.class), TABLE, 1);

            assertThat(context.getBean(Copies.class).next()).isEqualTo(101);
        });
    }

    // Kinds of beans.

    interface Port {
        void on(WalChange change);
    }

    static class Adapter extends Inbox implements Port {
        @Override
        @WalTransactional
        @WalListener(id = "adapter")
        public void on(WalChange change) {
            add(change);
        }
    }

    @Test
    void aMethodBehindAnInterfaceProxyIsCalledThroughTheProxy() {
        runner.withPropertyValues("spring.aop.proxy-target-class=false")
                .withBean("adapter", Port.class, Adapter::new)
                .run(context -> {
                    Port proxy = context.getBean(Port.class);
                    assertThat(AopUtils.isJdkDynamicProxy(proxy)).isTrue();
                    commit(context.getBean(WalManager.class), TABLE, 1);

                    Adapter target = (Adapter) AopProxyUtils.getSingletonTarget(proxy);
                    assertThat(target).isNotNull();
                    assertThat(target.next()).isEqualTo(1);
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyAndScoped {
        private static final List<Object> MADE = new CopyOnWriteArrayList<>();
        private static final Inbox INBOX = new Inbox();

        @Bean
        @Lazy
        LazyListener lazyListener() {
            return new LazyListener();
        }

        @Bean
        @Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
        ScopedListener scopedListener() {
            return new ScopedListener();
        }
    }

    static class LazyListener {
        LazyListener() {
            LazyAndScoped.MADE.add(this);
        }

        @WalListener(id = "lazy", tables = "lazy")
        void on(WalChange change) {
            LazyAndScoped.INBOX.add(change);
        }
    }

    static class ScopedListener {
        @WalListener(id = "scoped", tables = "scoped")
        public void on(WalChange change) {
            LazyAndScoped.INBOX.add(change);
        }
    }

    @Test
    void lazyAndScopedBeansAreFoundOnceAndMadeWhenThereIsAChange() {
        LazyAndScoped.MADE.clear();
        runner.withUserConfiguration(LazyAndScoped.class).run(context -> {
            assertThat(context.getBean(WalListeners.class).ids()).containsExactlyInAnyOrder("lazy", "scoped");
            assertThat(LazyAndScoped.MADE).isEmpty();
            commit(context.getBean(WalManager.class), "lazy", 1);
            assertThat(LazyAndScoped.INBOX.next()).isEqualTo(1);
            commit(context.getBean(WalManager.class), "scoped", 2);
            assertThat(LazyAndScoped.INBOX.next()).isEqualTo(2);
            assertThat(LazyAndScoped.MADE).hasSize(1);
        });
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @WalListener(id = "", tables = TABLE, failurePolicy = FailurePolicy.SKIP)
    @interface OnAccounts {
        @AliasFor(annotation = WalListener.class)
        String id();
    }

    static class Composed extends Inbox {
        @OnAccounts(id = "composed")
        void on(WalChange change) {
            add(change);
        }
    }

    @Test
    void anAnnotationMayBeComposed() {
        runner.withBean(Composed.class).run(context -> {
            commit(context.getBean(WalManager.class), "other", 1);
            commit(context.getBean(WalManager.class), TABLE, 2);
            assertThat(context.getBean(Composed.class).next()).isEqualTo(2);
            assertThat(context.getBean(WalListeners.class).status("composed").tables())
                    .containsExactly(TABLE);
        });
    }

    static class Configured extends Inbox {
        @WalListener(
                id = "${test.name}-listener",
                tables = {"${test.tables}", "fixed"},
                tries = "${test.tries}",
                firstWait = "1ms",
                waitMultiplier = "1",
                longestWait = "${test.wait:2ms}")
        void on(WalChange change) {
            add(change);
            throw new IllegalStateException("never");
        }
    }

    @Test
    void placeholdersAreResolved() {
        runner.withPropertyValues("test.name=orders", "test.tables=a, b", "test.tries=2")
                .withBean(Configured.class)
                .run(context -> {
                    WalListeners listeners = context.getBean(WalListeners.class);
                    assertThat(listeners.status("orders-listener").tables())
                            .containsExactlyInAnyOrder("a", "b", "fixed");
                    commit(context.getBean(WalManager.class), "b", 1);
                    Inbox inbox = context.getBean(Configured.class);
                    assertThat(inbox.next()).isEqualTo(1);
                    assertThat(inbox.next()).isEqualTo(1);
                    awaitState(listeners, "orders-listener", ListenerState.FAILED);
                    assertThat(inbox.isEmpty()).isTrue();
                });
    }

    private static void awaitState(WalListeners listeners, String id, ListenerState state) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .until(() -> listeners.status(id).state() == state);
    }

    // What is refused.

    static class TwoParameters {
        @WalListener(id = "two")
        void on(WalChange change, String more) {}
    }

    static class WrongParameter {
        @WalListener(id = "wrong")
        void on(Row row) {}
    }

    static class Returning {
        @WalListener(id = "returning")
        String on(WalChange change) {
            return "";
        }
    }

    static class BadId {
        @WalListener(id = "../escape")
        void on(WalChange change) {}
    }

    static class NoTries {
        @WalListener(id = "none", tries = "0")
        void on(WalChange change) {}
    }

    static class NoTable {
        @WalListener(id = "none", tables = "${test.missing:}")
        void on(WalChange change) {}
    }

    static class SameId {
        @WalListener(id = "accounts-listener")
        void other(WalChange change) {}
    }

    @Test
    void whatCannotBeAListenerStopsTheStartAndSaysWhy() {
        assertRefused(TwoParameters.class, "method on of bean", "void on(WalChange change)");
        assertRefused(WrongParameter.class, "one parameter of type dev.wal.record.WalChange");
        assertRefused(Returning.class, "returns java.lang.String");
        assertRefused(BadId.class, "../escape", "1 to 100 ASCII letters");
        assertRefused(NoTries.class, "tries", "at least 1");
        assertRefused(NoTable.class, "${test.missing:}", "has no name");
    }

    private void assertRefused(Class<?> bean, String... message) {
        runner.withBean(bean).run(context -> assertThat(context).getFailure().hasMessageContainingAll(message));
    }

    @Test
    void anIdThatIsUsedTwiceStopsTheStartAndNamesBothMethods() {
        runner.withBean(Accounts.class)
                .withBean(SameId.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("'accounts-listener'")
                        .hasMessageContaining("method on of bean")
                        .hasMessageContaining("method other of bean"));
    }

    @Test
    void propertiesAreChecked() {
        runner.withPropertyValues("wal.listener.tries=0")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("Property wal.listener.tries with value '0' is invalid"));
    }

    @Test
    void propertiesHoldForListenersThatDoNotSayOtherwise() {
        runner.withPropertyValues(
                        "wal.listener.tries=3", "wal.listener.first-wait=1ms", "wal.listener.max-retained=5MB")
                .withBean(Failing.class)
                .run(context -> {
                    WalManager wal = context.getBean(WalManager.class);
                    assertThat(wal.options().maxRetainedForConsumers()).isEqualTo(5 << 20);
                    commit(wal, TABLE, 1);
                    WalListeners listeners = context.getBean(WalListeners.class);
                    awaitState(listeners, "failing", ListenerState.FAILED);
                    assertThat(listeners.status("failing").tries()).isEqualTo(3);
                    assertThat(listeners.status("failing").lastFailure())
                            .hasValueSatisfying(failure ->
                                    assertThat(failure.error()).isEqualTo(java.io.IOException.class.getName()));
                });
    }

    static class Failing {
        @WalListener(id = "failing")
        void on(WalChange change) throws java.io.IOException {
            throw new java.io.IOException("unreachable");
        }
    }

    @Test
    void theApplicationHasTheLastWordAboutWhatIsRetained() {
        runner.withBean(WalOptionsCustomizer.class, () -> options -> options.maxRetainedForConsumers(7))
                .run(context -> assertThat(
                                context.getBean(WalManager.class).options().maxRetainedForConsumers())
                        .isEqualTo(7));
    }

    // Life cycle.

    static class Executor implements SmartLifecycle {
        private final WalListeners listeners;
        private final List<@Nullable ListenerState> statesAtStop = new ArrayList<>();
        private boolean running;

        Executor(WalListeners listeners) {
            this.listeners = listeners;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            listeners.statuses().stream().map(ListenerStatus::state).forEach(statesAtStop::add);
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return Integer.MAX_VALUE / 2;
        }
    }

    @Test
    void listenersStopBeforeExecutorsAndGoOnWhenTheContextIsStartedAgain() {
        runner.withBean(Accounts.class)
                .withBean(Failing.class)
                .withBean(Executor.class)
                .run(context -> {
                    WalListeners listeners = context.getBean(WalListeners.class);
                    listeners.stop("failing", Duration.ofSeconds(PATIENCE_SECONDS));
                    context.stop();
                    assertThat(context.getBean(Executor.class).statesAtStop)
                            .containsExactly(ListenerState.STOPPED, ListenerState.STOPPED);
                    commit(context.getBean(WalManager.class), TABLE, 1);
                    context.start();

                    assertThat(context.getBean(Accounts.class).next()).isEqualTo(1);
                    assertThat(listeners.status("failing").state()).isEqualTo(ListenerState.STOPPED);
                });
    }

    static class Blocked {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);

        @WalListener(id = "blocked")
        void on(WalChange change) throws InterruptedException {
            begun.countDown();
            assertThat(release.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aListenerThatDoesNotReturnDoesNotKeepTheApplicationFromStopping() {
        Blocked blocked = new Blocked();
        runner.withPropertyValues("wal.listener.stop-timeout=1ms")
                .withBean(Blocked.class, () -> blocked)
                .run(context -> {
                    commit(context.getBean(WalManager.class), TABLE, 1);
                    assertThat(blocked.begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                            .isTrue();
                    context.stop();
                    WalListeners listeners = context.getBean(WalListeners.class);
                    assertThat(listeners.status("blocked").state()).isEqualTo(ListenerState.RUNNING);
                    blocked.release.countDown();
                    awaitState(listeners, "blocked", ListenerState.STOPPED);
                });
    }

    static class FromCheckpoint extends Inbox {
        @WalListener(id = "memory", fromCheckpoint = true)
        void on(WalChange change) {
            add(change);
        }
    }

    static class FromBeginning extends Inbox {
        @WalListener(id = "beginning", startAt = StartAt.BEGINNING)
        void on(WalChange change) {
            add(change);
        }
    }

    @Test
    void aListenerFromTheCheckpointIsGivenTheSameAtEachStart() {
        runner.run(context -> commit(context.getBean(WalManager.class), TABLE, 1));
        for (int start = 0; start < 2; start++) {
            runner.withBean(FromCheckpoint.class).run(context -> {
                assertThat(context.getBean(FromCheckpoint.class).next()).isEqualTo(1);
                assertThat(context.getBean(WalManager.class).consumers()).isEmpty();
            });
        }
        runner.withBean(FromBeginning.class).run(context -> {
            commit(context.getBean(WalManager.class), TABLE, 2);
            assertThat(context.getBean(FromBeginning.class).next()).isEqualTo(1);
            assertThat(context.getBean(FromBeginning.class).next()).isEqualTo(2);
        });
    }

    @Test
    void aListenerThatCannotBeStartedDoesNotKeepTheApplicationFromStarting() throws Exception {
        runner.withBean(Accounts.class).run(context -> {});
        Path position = directory.resolve("consumer-accounts-listener.pos");
        java.nio.file.Files.write(position, new byte[10]);

        runner.withBean(Accounts.class).run(context -> {
            assertThat(context).hasNotFailed();
            WalListeners listeners = context.getBean(WalListeners.class);
            assertThat(listeners.status("accounts-listener").state()).isEqualTo(ListenerState.FAILED);
            assertThat(listeners.status("accounts-listener").lastFailure())
                    .hasValueSatisfying(failure -> assertThat(failure.message()).contains(position.toString()));
        });
    }
}
