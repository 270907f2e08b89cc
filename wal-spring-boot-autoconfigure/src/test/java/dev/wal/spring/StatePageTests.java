package dev.wal.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import dev.wal.state.DurableMap;
import dev.wal.state.WalState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.transaction.annotation.Transactional;

/** The examples of the page about state, compiled and run. */
class StatePageTests {
    private static final Path PAGE = Path.of("..", "docs", "state.md");
    private static final Path THIS = Path.of("src", "test", "java", "dev", "wal", "spring", "StatePageTests.java");

    @TempDir
    Path directory;

    private ApplicationContextRunner runner(Class<?> configuration) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        WalAutoConfiguration.class,
                        WalTransactionAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withUserConfiguration(configuration)
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB");
    }

    record Account(String owner, long balance, String currency) {
        Account plus(long amount) {
            return new Account(owner, balance + amount, currency);
        }
    }

    record AccountOfLastYear(String owner, long balance) {}

    @Configuration(proxyBeanMethods = false)
    static class LastYear {
        @Bean
        DurableMap<Long, AccountOfLastYear> accounts(DurableMaps maps) {
            return maps.map("accounts", Long.class, AccountOfLastYear.class);
        }

        @Bean
        Consumer<Long> opening(DurableMap<Long, AccountOfLastYear> accounts, WalTemplate walTemplate) {
            return id -> walTemplate.execute(status -> accounts.put(id, new AccountOfLastYear("Ada", 100)));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Changed {
        @Bean
        DurableMap<Long, Account> accounts(DurableMaps maps) {
            return maps.builder("accounts", Long.class, Account.class)
                    .schemaVersion(2)
                    .upcaster(1, new JsonUpcaster(account -> account.put("currency", "EUR")))
                    .build();
        }
    }

    @Test
    @SuppressWarnings("unchecked") // Beans of these names are of these types.
    void aClassThatChanges() {
        runner(LastYear.class)
                .run(context -> context.getBean("opening", Consumer.class).accept(1L));
        runner(Changed.class)
                .run(context -> assertThat(
                                context.getBean("accounts", DurableMap.class).copy())
                        .isEqualTo(Map.of(1L, new Account("Ada", 100, "EUR"))));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableResilientMethods
    static class Retrying {
        @Bean
        DurableMap<Long, Account> accounts(DurableMaps maps) {
            return maps.map("accounts", Long.class, Account.class);
        }

        @Bean
        AtomicInteger attempts() {
            return new AtomicInteger();
        }

        @Bean
        Transfers transfers(DurableMap<Long, Account> accounts, WalTemplate walTemplate, AtomicInteger attempts) {
            return new Transfers(accounts, walTemplate, attempts);
        }
    }

    static class Transfers {
        private final DurableMap<Long, Account> accounts;
        private final WalTemplate walTemplate;
        private final AtomicInteger attempts;

        Transfers(DurableMap<Long, Account> accounts, WalTemplate walTemplate, AtomicInteger attempts) {
            this.accounts = accounts;
            this.walTemplate = walTemplate;
            this.attempts = attempts;
        }

        @Retryable(includes = ConcurrencyFailureException.class)
        @Transactional
        public void transfer(long from, long to, long amount) {
            Account source = accounts.get(from);
            Account target = accounts.get(to);
            if (attempts.incrementAndGet() == 1) {
                CompletableFuture.runAsync(() -> walTemplate.execute(status -> accounts.put(to, target.plus(1_000))))
                        .join();
            }
            accounts.put(from, source.plus(-amount));
            accounts.put(to, target.plus(amount));
        }
    }

    @Test
    @SuppressWarnings("unchecked") // The only map.
    void aTransactionThatIsTriedAgain() {
        runner(Retrying.class).run(context -> {
            DurableMap<Long, Account> accounts = context.getBean(DurableMap.class);
            context.getBean(WalTemplate.class).execute(status -> {
                accounts.put(1L, new Account("Ada", 100, "EUR"));
                return accounts.put(2L, new Account("Bea", 0, "EUR"));
            });

            context.getBean(Transfers.class).transfer(1, 2, 30);

            assertThat(context.getBean(AtomicInteger.class)).hasValue(2);
            assertThat(accounts.copy().values())
                    .containsOnly(new Account("Ada", 70, "EUR"), new Account("Bea", 1_030, "EUR"));
        });
    }

    static class OrderBook implements WalState {
        private final Map<Integer, Map<Long, String>> orders = new ConcurrentHashMap<>();

        private Map<Long, String> of(int partition) {
            return orders.computeIfAbsent(partition, key -> new ConcurrentHashMap<>());
        }

        @Override
        public String name() {
            return "orders"; // in snapshots, the same for ever
        }

        @Override
        public Set<String> tables() {
            return Set.of("orders"); // whose changes it gets
        }

        @Override
        public void apply(WalChange change) { // in memory, in commit order
            if (change.record() instanceof WalRecord.Insert order) {
                of(change.partition())
                        .put(order.rowId(), ((Value.Text) order.data().value(0)).value());
            } else {
                of(change.partition()).remove(change.rowId());
            }
        }

        @Override
        public Frozen freeze(int partition) { // a view that does not change
            Map<Long, String> frozen = Map.copyOf(of(partition));
            return out -> {
                DataOutputStream data = new DataOutputStream(out);
                data.writeInt(frozen.size());
                for (Map.Entry<Long, String> order : frozen.entrySet()) {
                    data.writeLong(order.getKey());
                    data.writeUTF(order.getValue());
                }
            };
        }

        @Override
        public void restore(int partition, InputStream snapshot) throws IOException {
            DataInputStream data = new DataInputStream(snapshot);
            for (int left = data.readInt(); left > 0; left--) {
                of(partition).put(data.readLong(), data.readUTF());
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Orders {
        @Bean
        OrderBook orderBook() {
            return new OrderBook();
        }
    }

    @Test
    void aStateOfOnesOwn() {
        runner(Orders.class).run(context -> {
            WalTemplate walTemplate = context.getBean(WalTemplate.class);
            walTemplate.<Boolean>execute(status -> {
                walTemplate.insert("orders", 7, Row.of(Value.of("tea")));
                walTemplate.insert("orders", 8, Row.of(Value.of("milk")));
                return true;
            });
            context.getBean(WalManager.class).checkpointAll();
            walTemplate.<Boolean>execute(status -> {
                walTemplate.delete("orders", 8);
                walTemplate.insert("orders", 9, Row.of(Value.of("bread")));
                return true;
            });
        });
        runner(Orders.class).run(context -> {
            List<String> orders = new ArrayList<>();
            context.getBean(OrderBook.class).orders.values().forEach(partition -> orders.addAll(partition.values()));
            assertThat(orders).containsExactlyInAnyOrder("tea", "bread");
        });
    }

    @Test
    void thePageShowsTheExamplesAsTheyAreHere() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String part : Files.readString(PAGE).split("```")) {
            if (part.startsWith("java\n")) {
                Arrays.stream(part.substring("java\n".length()).split("\n"))
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .forEach(lines::add);
            }
        }
        // As one line, because the format of the source breaks lines elsewhere.
        String source = String.join(
                "", Files.readAllLines(THIS).stream().map(String::strip).toList());

        assertThat(lines)
                .hasSizeGreaterThan(30)
                .allSatisfy(line -> assertThat(source).contains(line));
    }
}
