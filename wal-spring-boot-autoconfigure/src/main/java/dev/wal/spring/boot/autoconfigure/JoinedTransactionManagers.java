package dev.wal.spring.boot.autoconfigure;

import dev.wal.spring.transaction.JoinedTransactions;
import dev.wal.spring.transaction.WalTransactionManager;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** Has each transaction manager, also those that the application declares, tell of the transactions that the log may join. */
final class JoinedTransactionManagers implements BeanPostProcessor {
    private final ObjectProvider<JoinedTransactions> joined;

    JoinedTransactionManagers(ObjectProvider<JoinedTransactions> joined) {
        this.joined = joined;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof PlatformTransactionManager
                && bean instanceof ConfigurableTransactionManager manager
                && !(bean instanceof WalTransactionManager)) {
            manager.addListener(joined.getObject().listener());
        }
        return bean;
    }
}
