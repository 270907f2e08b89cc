package dev.wal.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.record.Row;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.transaction.WalTransactionManager;
import dev.wal.spring.transaction.WalTransactional;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.transaction.KafkaTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import zz.ThirdPartyTransactionAutoConfiguration;
import zz.ThirdPartyTransactionAutoConfiguration.ThirdPartyTransactionManager;

/** Which transaction manager {@code @Transactional} gets, with the real auto-configurations of the others. */
class TransactionWiringTests {
    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void runnerWithLogAlone() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        WalAutoConfiguration.class,
                        WalTransactionAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        TransactionManagerCustomizationAutoConfiguration.class))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB")
                .withUserConfiguration(Services.class);
    }

    private ApplicationContextRunner withJdbc() {
        return runner.withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class))
                .withPropertyValues("spring.datasource.generate-unique-name=true");
    }

    @Test
    void plainTransactionalIsOfTheLogWhereTheLogIsAlone() {
        runner.run(context -> {
            assertThat(context).hasSingleBean(PlatformTransactionManager.class);
            assertThat(context).getBean("walTransactionManager").isInstanceOf(WalTransactionManager.class);
            context.getBean(Service.class)
                    .plain(() -> assertThat(boundToLog(context.getBean(WalManager.class)))
                            .isTrue());
            assertThat(context.getBean(TransactionTemplate.class).getTransactionManager())
                    .isInstanceOf(WalTransactionManager.class);
        });
    }

    @Test
    void plainTransactionalIsOfTheDatabaseBesideJdbc() {
        withJdbc().run(context -> {
            assertThat(context.getBean(PlatformTransactionManager.class)).isInstanceOf(JdbcTransactionManager.class);
            context.getBean(Service.class).plain(() -> {
                assertThat(boundToLog(context.getBean(WalManager.class))).isFalse();
                assertThat(TransactionSynchronizationManager.hasResource(context.getBean(DataSource.class)))
                        .isTrue();
            });
            assertThat(context.getBean(TransactionTemplate.class).getTransactionManager())
                    .isInstanceOf(JdbcTransactionManager.class);
        });
    }

    @Test
    void walTransactionalIsOfTheLogBesideJdbc() {
        withJdbc().run(context -> {
            WalManager log = context.getBean(WalManager.class);
            context.getBean(Service.class)
                    .ofTheLog(() -> assertThat(boundToLog(log)).isTrue());
            context.getBean(Service.class)
                    .qualified(() -> assertThat(boundToLog(log)).isTrue());
        });
    }

    @Test
    void aWriteInsideADatabaseTransactionAloneFailsAndNamesTheChoices() {
        withJdbc().run(context -> {
            WalTemplate template = context.getBean(WalTemplate.class);
            assertThatThrownBy(() -> context.getBean(Service.class).plain(() -> template.insert("t", 1, Row.of())))
                    .isInstanceOf(IllegalTransactionStateException.class)
                    .hasMessageContaining("@Transactional")
                    .hasMessageContaining("@WalTransactional")
                    .hasMessageContaining("walTemplate.execute");
        });
    }

    @Test
    void plainTransactionalIsOfHibernateBesideJpa() {
        withJdbc()
                .withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
                .run(context -> {
                    assertThat(context.getBean(PlatformTransactionManager.class))
                            .isInstanceOf(JpaTransactionManager.class);
                    WalManager log = context.getBean(WalManager.class);
                    context.getBean(Service.class)
                            .plain(() -> assertThat(boundToLog(log)).isFalse());
                    context.getBean(Service.class)
                            .ofTheLog(() -> assertThat(boundToLog(log)).isTrue());
                });
    }

    @Test
    void theManagerOfKafkaIsTheDefaultBesideIt() {
        runner.withConfiguration(AutoConfigurations.of(KafkaAutoConfiguration.class))
                .withPropertyValues("spring.kafka.producer.transaction-id-prefix=test-")
                .run(context -> {
                    assertThat(context.getBean(PlatformTransactionManager.class))
                            .isInstanceOf(KafkaTransactionManager.class);
                    WalManager log = context.getBean(WalManager.class);
                    context.getBean(Service.class)
                            .ofTheLog(() -> assertThat(boundToLog(log)).isTrue());
                });
    }

    @Test
    void aThirdPartyManagerThatSortsLastIsNotPushedAside() {
        runner.withConfiguration(AutoConfigurations.of(ThirdPartyTransactionAutoConfiguration.class))
                .run(context -> {
                    assertThat(context.getBean(PlatformTransactionManager.class))
                            .isInstanceOf(ThirdPartyTransactionManager.class);
                    WalManager log = context.getBean(WalManager.class);
                    context.getBean(Service.class)
                            .ofTheLog(() -> assertThat(boundToLog(log)).isTrue());
                });
    }

    @Test
    void aPrimaryManagerOfTheUserIsTheDefault() {
        runner.withUserConfiguration(PrimaryManager.class).run(context -> {
            assertThat(context.getBean(PlatformTransactionManager.class))
                    .isInstanceOf(ThirdPartyTransactionManager.class);
            WalManager log = context.getBean(WalManager.class);
            context.getBean(Service.class)
                    .plain(() -> assertThat(boundToLog(log)).isFalse());
            context.getBean(Service.class)
                    .ofTheLog(() -> assertThat(boundToLog(log)).isTrue());
        });
    }

    @Test
    void customizersReachTheManager() {
        runner.withPropertyValues("spring.transaction.default-timeout=42s")
                .run(context -> assertThat(
                                context.getBean(WalTransactionManager.class).getDefaultTimeout())
                        .isEqualTo(42));
    }

    @Test
    void theResourceFactoryIsTheLog() {
        runner.run(context -> assertThat(
                        ((ResourceTransactionManager) context.getBean("walTransactionManager")).getResourceFactory())
                .isSameAs(context.getBean(WalManager.class)));
    }

    @Test
    void nothingIsThereIfTheLogIsDisabled() {
        runner.withPropertyValues("wal.enabled=false").run(context -> {
            assertThat(context).doesNotHaveBean(WalManager.class);
            assertThat(context).doesNotHaveBean(WalTransactionManager.class);
            assertThat(context).doesNotHaveBean(WalTemplate.class);
            assertThat(context.getBeanDefinitionNames()).noneMatch(name -> name.startsWith("wal"));
        });
    }

    private static boolean boundToLog(WalManager log) {
        return TransactionSynchronizationManager.hasResource(log);
    }

    static class Service {
        @Transactional
        public void plain(Runnable action) {
            action.run();
        }

        @WalTransactional
        public void ofTheLog(Runnable action) {
            action.run();
        }

        @Transactional("wal")
        public void qualified(Runnable action) {
            action.run();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Services {
        @Bean
        Service service() {
            return new Service();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrimaryManager {
        @Bean
        @Primary
        PlatformTransactionManager own() {
            return new ThirdPartyTransactionManager();
        }
    }
}
