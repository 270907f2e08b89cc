package dev.wal.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wal.spring.transaction.WalTransactionManager;
import dev.wal.state.DurableMap;
import dev.wal.state.SchemaVersionException;
import dev.wal.state.ValueChangedInPlaceException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

class DurableMapsTests {
    @TempDir
    Path directory;

    private ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
        return new SpringApplicationBuilder(configuration)
                .properties(
                        "wal.directory=" + directory,
                        "wal.segment.size=64KB",
                        "spring.main.web-application-type=none",
                        "spring.datasource.generate-unique-name=true",
                        // There are no changes for it here.
                        "spring.liquibase.enabled=false")
                .properties(properties)
                .run();
    }

    @SuppressWarnings("unchecked") // The bean of that name is one.
    private static <V> DurableMap<Long, V> accounts(ConfigurableApplicationContext context) {
        return (DurableMap<Long, V>) context.getBean("accounts", DurableMap.class);
    }

    private static void inTransaction(ConfigurableApplicationContext context, Runnable action) {
        new TransactionTemplate(context.getBean(WalTransactionManager.class))
                .executeWithoutResult(status -> action.run());
    }

    // A class that changes.

    record Money(long amount) {}

    record AccountOfLastYear(String owner, long cents) {}

    record Account(String owner, Money balance, String currency) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class LastYear {
        @Bean
        DurableMap<Long, AccountOfLastYear> accounts(DurableMaps maps) {
            return maps.map("accounts", Long.class, AccountOfLastYear.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Now {
        @Bean
        DurableMap<Long, Account> accounts(DurableMaps maps) {
            return maps.builder("accounts", Long.class, Account.class)
                    .schemaVersion(2)
                    .upcaster(1, new JsonUpcaster(account -> {
                        long cents = account.remove("cents").asLong();
                        account.putObject("balance").put("amount", cents);
                        return account.put("currency", "EUR");
                    }))
                    .build();
        }
    }

    @Test
    void aClassThatChangedReadsLastYearsLog() {
        try (ConfigurableApplicationContext context = start(LastYear.class)) {
            inTransaction(
                    context,
                    () -> DurableMapsTests.<AccountOfLastYear>accounts(context)
                            .put(1L, new AccountOfLastYear("Ada", 100)));
        }
        try (ConfigurableApplicationContext context = start(Now.class)) {
            DurableMap<Long, Account> accounts = accounts(context);
            inTransaction(context, () -> accounts.put(2L, new Account("Bea", new Money(200), "CHF")));
            assertThat(accounts.copy())
                    .isEqualTo(Map.of(
                            1L, new Account("Ada", new Money(100), "EUR"),
                            2L, new Account("Bea", new Money(200), "CHF")));
        }
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> start(LastYear.class).close())
                .withRootCauseInstanceOf(SchemaVersionException.class);
        try (ConfigurableApplicationContext context = start(Now.class)) {
            assertThat(accounts(context).size()).isEqualTo(2);
        }
    }

    @Test
    void aStoredValueThatIsNoObjectIsNotUpcast() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JsonUpcaster(account -> account)
                        .upcast(dev.wal.record.Value.of("[1]".getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .withMessageContaining("JSON object");
    }

    // Conflicts.

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableResilientMethods
    static class Counting {
        @Bean
        DurableMap<Long, Long> counters(DurableMaps maps) {
            return maps.map("counters", Long.class, Long.class);
        }

        @Bean
        TransactionTemplate logTransactions(WalTransactionManager transactionManager) {
            return new TransactionTemplate(transactionManager);
        }

        @Bean
        AtomicInteger attempts() {
            return new AtomicInteger();
        }

        @Bean
        Counter counter(
                DurableMap<Long, Long> counters,
                @Qualifier("logTransactions") TransactionTemplate transactions,
                AtomicInteger attempts) {
            return new Counter(counters, transactions, attempts);
        }
    }

    /** No repository: what is thrown is translated all the same. */
    static class Counter {
        private final DurableMap<Long, Long> counters;
        private final TransactionTemplate transactions;
        private final AtomicInteger attempts;

        Counter(DurableMap<Long, Long> counters, TransactionTemplate transactions, AtomicInteger attempts) {
            this.counters = counters;
            this.transactions = transactions;
            this.attempts = attempts;
        }

        @Retryable(includes = ConcurrencyFailureException.class, maxRetries = 3, delay = 0)
        public void add(long key, Runnable afterRead) {
            transactions.executeWithoutResult(status -> {
                Long before = counters.get(key);
                if (attempts.incrementAndGet() == 1) {
                    afterRead.run();
                }
                counters.put(key, Objects.requireNonNullElse(before, 0L) + 1);
            });
        }
    }

    @Test
    void aConflictIsRetriedByItsSpringName() {
        try (ConfigurableApplicationContext context = start(Counting.class)) {
            Counter counter = context.getBean(Counter.class);
            counter.add(
                    1,
                    () -> CompletableFuture.runAsync(() -> counter.add(1, () -> {}))
                            .join());

            assertThat(counters(context).get(1L)).isEqualTo(2L);
            assertThat(context.getBean(AtomicInteger.class)).hasValue(3);
        }
    }

    @Test
    void staleReadsAndLocksAreConcurrencyFailures() throws Exception {
        try (ConfigurableApplicationContext context = start(Counting.class, "wal.map.lock-timeout=1ms")) {
            TransactionTemplate transactions = context.getBean("logTransactions", TransactionTemplate.class);
            DurableMap<Long, Long> counters = counters(context);
            assertThatExceptionOfType(OptimisticLockingFailureException.class)
                    .isThrownBy(() -> transactions.executeWithoutResult(status -> {
                        counters.get(1L);
                        CompletableFuture.runAsync(
                                        () -> transactions.executeWithoutResult(other -> counters.put(1L, 5L)))
                                .join();
                        counters.put(1L, 7L);
                    }));

            CountDownLatch locked = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(1);
            CompletableFuture<Void> holder =
                    CompletableFuture.runAsync(() -> transactions.executeWithoutResult(status -> {
                        counters.getForUpdate(1L);
                        locked.countDown();
                        await(done);
                    }));
            assertThat(locked.await(10, TimeUnit.SECONDS)).isTrue();
            assertThatExceptionOfType(CannotAcquireLockException.class)
                    .isThrownBy(() -> transactions.executeWithoutResult(status -> counters.getForUpdate(1L)))
                    .withMessageContaining("1 ms");
            done.countDown();
            holder.join();
        }
    }

    @SuppressWarnings("unchecked") // The bean of that name is one.
    private static DurableMap<Long, Long> counters(ConfigurableApplicationContext context) {
        return (DurableMap<Long, Long>) context.getBean("counters", DurableMap.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // Values that are changed in place.

    /** Breaks the rule that values are immutable. */
    static class Mutable {
        public long number;
        public @Nullable String text;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Mutables {
        @Bean
        DurableMap<Long, Mutable> accounts(DurableMaps maps) {
            return maps.map("accounts", Long.class, Mutable.class);
        }
    }

    @Test
    void aPropertyFindsValuesThatAreChangedInPlace() {
        try (ConfigurableApplicationContext context = start(Mutables.class, "wal.map.detect-changes-in-place=true")) {
            DurableMap<Long, Mutable> accounts = accounts(context);
            inTransaction(context, () -> accounts.put(1L, new Mutable()));
            Objects.requireNonNull(accounts.get(1L)).number++;

            assertThatExceptionOfType(ValueChangedInPlaceException.class)
                    .isThrownBy(() -> accounts.get(1L))
                    .withMessageContaining("key 1 of 'accounts'");
        }
    }

    /** It would remember classes of the application, and keep the class loader of one that was restarted. */
    @Test
    void noMapperOutlivesItsFactoryOfMaps() {
        assertThat(JacksonSerializer.class.getDeclaredFields())
                .noneMatch(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == JsonMapper.class);
    }
}
