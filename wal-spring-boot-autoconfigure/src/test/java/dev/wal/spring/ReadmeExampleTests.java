package dev.wal.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import dev.wal.state.DurableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.annotation.Transactional;

/** The example of the README, compiled and run. */
class ReadmeExampleTests {
    private static final Path README = Path.of("..", "README.md");
    private static final Path THIS = Path.of("src", "test", "java", "dev", "wal", "spring", "ReadmeExampleTests.java");

    @TempDir
    Path directory;

    record Account(String owner, long balance) {
        Account minus(long amount) {
            if (amount > balance) {
                throw new IllegalArgumentException("insufficient funds");
            }
            return new Account(owner, balance - amount);
        }

        Account plus(long amount) {
            return new Account(owner, balance + amount);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Beans {
        @Bean
        DurableMap<Long, Account> accounts(DurableMaps maps) {
            return maps.map("accounts", Long.class, Account.class);
        }

        @Bean
        Ledger ledger(DurableMap<Long, Account> accounts) {
            return new Ledger(accounts);
        }
    }

    static class Ledger {
        private final DurableMap<Long, Account> accounts;

        Ledger(DurableMap<Long, Account> accounts) {
            this.accounts = accounts;
        }

        @Transactional
        public void open(long id, String owner, long balance) {
            accounts.put(id, new Account(owner, balance));
        }

        @Transactional
        public void transfer(long from, long to, long amount) { // all or nothing, durable when it returns
            accounts.put(from, accounts.getForUpdate(from).minus(amount));
            accounts.put(to, accounts.getForUpdate(to).plus(amount));
        }
    }

    @Test
    void theExampleTransfersAllOrNothingAndSurvivesARestart() {
        withLedger((ledger, accounts) -> {
            ledger.open(1, "Ada", 100);
            ledger.open(2, "Grace", 0);
            ledger.transfer(1, 2, 30);
            assertThatThrownBy(() -> ledger.transfer(2, 1, 31)).hasMessage("insufficient funds");
        });

        withLedger((ledger, accounts) -> {
            assertThat(accounts.get(1L)).isEqualTo(new Account("Ada", 70));
            assertThat(accounts.get(2L)).isEqualTo(new Account("Grace", 30));
        });
    }

    @Test
    void theReadmeShowsTheExampleAsItIsHere() throws IOException {
        String readme = Files.readString(README);
        String example = readme.substring(readme.indexOf("```java") + "```java".length());
        List<String> lines = Arrays.stream(
                        example.substring(0, example.indexOf("```")).split("\n"))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        List<String> source =
                Files.readAllLines(THIS).stream().map(String::strip).toList();

        assertThat(lines).isNotEmpty();
        assertThat(source).containsAll(lines);
    }

    @FunctionalInterface
    private interface Use {
        void use(Ledger ledger, DurableMap<Long, Account> accounts);
    }

    private void withLedger(Use use) {
        run(context -> use.use(context.getBean(Ledger.class), accounts(context)));
    }

    @SuppressWarnings("unchecked")
    private static DurableMap<Long, Account> accounts(org.springframework.context.ApplicationContext context) {
        return context.getBean("accounts", DurableMap.class);
    }

    private void run(Consumer<org.springframework.context.ApplicationContext> action) {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        WalAutoConfiguration.class,
                        WalTransactionAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withUserConfiguration(Beans.class)
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    action.accept(context);
                });
    }
}
