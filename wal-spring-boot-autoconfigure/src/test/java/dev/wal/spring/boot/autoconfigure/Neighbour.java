package dev.wal.spring.boot.autoconfigure;

import dev.wal.spring.transaction.WalTransactionManager;
import jakarta.persistence.EntityManagerFactory;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.transaction.KafkaTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.TransactionManagementConfigurer;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import zz.ThirdPartyTransactionAutoConfiguration;
import zz.ThirdPartyTransactionAutoConfiguration.ThirdPartyTransactionManager;
import zz.UnconditionalTransactionAutoConfiguration;

/** What an application has beside the log, and the transaction manager that its plain {@code @Transactional} is to have. */
enum Neighbour {
    NOBODY(WalTransactionManager.class, runner -> runner),
    JDBC(JdbcTransactionManager.class, Neighbour::withJdbc),
    JPA(
            JpaTransactionManager.class,
            runner -> withJdbc(runner).withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))),
    KAFKA(KafkaTransactionManager.class, Neighbour::withKafka),
    /** Has no manager, so that the log is alone. */
    KAFKA_WITHOUT_TRANSACTIONS(
            WalTransactionManager.class,
            runner -> runner.withConfiguration(AutoConfigurations.of(KafkaAutoConfiguration.class))),
    /** Where Kafka is transactional, Boot makes no manager of the database, with the log and without. */
    JDBC_AND_KAFKA(KafkaTransactionManager.class, runner -> withKafka(withJdbc(runner))),
    TWO_DATA_SOURCES_ONE_PRIMARY(
            JdbcTransactionManager.class,
            runner -> withJdbc(runner).withUserConfiguration(TwoDataSourcesOnePrimary.class)),
    TWO_DATA_SOURCES_WITH_MANAGERS(
            DataSourceTransactionManager.class,
            runner -> withJdbc(runner).withUserConfiguration(TwoDataSourcesWithManagers.class)),
    /** Boot makes no manager where it cannot choose a data source, so that the log is alone. */
    TWO_DATA_SOURCES_WITHOUT_MANAGERS(
            WalTransactionManager.class,
            runner -> withJdbc(runner).withUserConfiguration(TwoDataSourcesWithoutManagers.class)),
    PRIMARY_OF_THE_USER(
            ThirdPartyTransactionManager.class, runner -> runner.withUserConfiguration(PrimaryOfTheUser.class)),
    PRIMARY_OF_THE_USER_BESIDE_JDBC(
            ThirdPartyTransactionManager.class,
            runner -> withJdbc(runner).withUserConfiguration(PrimaryOfTheUser.class)),
    CONFIGURER_OF_THE_USER(
            ThirdPartyTransactionManager.class,
            runner -> withJdbc(runner).withUserConfiguration(ConfigurerOfTheUser.class)),
    THIRD_PARTY_THAT_SORTS_LAST(
            ThirdPartyTransactionManager.class,
            runner -> runner.withConfiguration(AutoConfigurations.of(ThirdPartyTransactionAutoConfiguration.class))),
    /** Comes after those that decide by what managers there are, and has its manager beside that of the log. */
    THIRD_PARTY_WITHOUT_ORDER_AND_CONDITION(
            ThirdPartyTransactionManager.class,
            runner -> runner.withConfiguration(AutoConfigurations.of(UnconditionalTransactionAutoConfiguration.class)));

    private final Class<? extends PlatformTransactionManager> manager;
    private final UnaryOperator<ApplicationContextRunner> added;

    Neighbour(Class<? extends PlatformTransactionManager> manager, UnaryOperator<ApplicationContextRunner> added) {
        this.manager = manager;
        this.added = added;
    }

    Class<? extends PlatformTransactionManager> manager() {
        return manager;
    }

    ApplicationContextRunner beside(ApplicationContextRunner runner) {
        return added.apply(runner);
    }

    /** Whether plain transactions are those of the log, because nobody else has a manager. */
    boolean leavesTransactionsToTheLog() {
        return manager == WalTransactionManager.class;
    }

    /** Kafka's opens a transaction at a broker, which is tried where there is one. */
    boolean canOpenTransactions() {
        return manager != KafkaTransactionManager.class;
    }

    /** What a manager binds to the thread, if it binds anything. */
    boolean isBound(ApplicationContext context) {
        return switch (this) {
            case JPA -> TransactionSynchronizationManager.hasResource(context.getBean(EntityManagerFactory.class));
            case JDBC, TWO_DATA_SOURCES_ONE_PRIMARY, TWO_DATA_SOURCES_WITH_MANAGERS ->
                TransactionSynchronizationManager.hasResource(context.getBean(DataSource.class));
            default -> TransactionSynchronizationManager.isActualTransactionActive();
        };
    }

    private static ApplicationContextRunner withJdbc(ApplicationContextRunner runner) {
        return runner.withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class))
                .withPropertyValues("spring.datasource.generate-unique-name=true");
    }

    private static ApplicationContextRunner withKafka(ApplicationContextRunner runner) {
        return runner.withConfiguration(AutoConfigurations.of(KafkaAutoConfiguration.class))
                .withPropertyValues("spring.kafka.producer.transaction-id-prefix=test-");
    }

    private static DataSource database() {
        return new EmbeddedDatabaseBuilder()
                .setType(EmbeddedDatabaseType.H2)
                .generateUniqueName(true)
                .build();
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDataSourcesOnePrimary {
        @Bean
        @Primary
        DataSource orders() {
            return database();
        }

        @Bean
        DataSource archive() {
            return database();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDataSourcesWithManagers extends TwoDataSourcesOnePrimary {
        @Bean
        @Primary
        PlatformTransactionManager ordersTransactionManager(DataSource orders) {
            return new DataSourceTransactionManager(orders);
        }

        @Bean
        PlatformTransactionManager archiveTransactionManager(DataSource archive) {
            return new DataSourceTransactionManager(archive);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDataSourcesWithoutManagers {
        @Bean
        DataSource orders() {
            return database();
        }

        @Bean
        DataSource archive() {
            return database();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrimaryOfTheUser {
        @Bean
        @Primary
        PlatformTransactionManager own() {
            return new ThirdPartyTransactionManager();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ConfigurerOfTheUser {
        @Bean
        TransactionManagementConfigurer configurer() {
            TransactionManager own = new ThirdPartyTransactionManager();
            return () -> own;
        }
    }
}
