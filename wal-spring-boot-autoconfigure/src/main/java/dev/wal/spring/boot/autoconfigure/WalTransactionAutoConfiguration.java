package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalManager;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.transaction.JoinedTransactions;
import dev.wal.spring.transaction.ReactiveMethodRefusal;
import dev.wal.spring.transaction.WalTransactionManager;
import dev.wal.state.TransactionContext;
import org.springframework.aop.Advisor;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizers;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.transaction.interceptor.TransactionInterceptor;

/**
 * Makes the log a transaction manager: the one of plain {@code @Transactional} where it is alone, and one that steps back where there is another.
 *
 * <p>Others are made only if there is no transaction manager yet, so this one comes after all of them, those that nobody has heard of included; and before the configuration that switches
 * {@code @Transactional} on only if there is one. {@code @Fallback} then gives way to whichever other there is.
 */
@AutoConfiguration(
        before = TransactionAutoConfiguration.class,
        after = {WalAutoConfiguration.class, TransactionManagerCustomizationAutoConfiguration.class},
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
            "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
            "org.springframework.boot.data.neo4j.autoconfigure.DataNeo4jAutoConfiguration",
            "org.springframework.boot.pulsar.autoconfigure.PulsarAutoConfiguration",
            "org.springframework.boot.transaction.jta.autoconfigure.JtaAutoConfiguration"
        })
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBean(WalManager.class)
public final class WalTransactionAutoConfiguration {

    @Bean
    @Fallback
    @Qualifier("wal")
    @ConditionalOnMissingBean
    WalTransactionManager walTransactionManager(
            WalManager walManager,
            ObjectProvider<JoinedTransactions> joined,
            ObjectProvider<TransactionManagerCustomizers> customizers) {
        WalTransactionManager transactionManager = new WalTransactionManager(walManager, joined.getIfAvailable());
        customizers.ifAvailable(available -> available.customize(transactionManager));
        return transactionManager;
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static Advisor walReactiveMethodAdvisor(
            ObjectProvider<TransactionInterceptor> interceptor, BeanFactory beanFactory) {
        return ReactiveMethodRefusal.advisor(interceptor, beanFactory);
    }

    @Bean
    static UnmanagedDataSourcesWarning walUnmanagedDataSourcesWarning(ListableBeanFactory beanFactory) {
        return new UnmanagedDataSourcesWarning(beanFactory);
    }

    @Bean
    @ConditionalOnMissingBean
    WalTemplate walTemplate(
            WalManager walManager, WalTransactionManager transactionManager, TransactionContext context) {
        return new WalTemplate(walManager, transactionManager, context);
    }
}
