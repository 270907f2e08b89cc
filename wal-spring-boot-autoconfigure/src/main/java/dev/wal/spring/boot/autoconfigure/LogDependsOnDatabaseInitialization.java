package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalManager;
import dev.wal.spring.transaction.TransactionJoin;
import java.util.Set;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitializationDetector;
import org.springframework.core.env.Environment;

/** Opens a log that joins transactions of a database only once migrations and scripts have run: the table of markers is asked when it is opened. */
final class LogDependsOnDatabaseInitialization implements DependsOnDatabaseInitializationDetector {
    private final Environment environment;

    LogDependsOnDatabaseInitialization(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Set<String> detect(ConfigurableListableBeanFactory beanFactory) {
        return OnJoinCondition.joinOf(environment) == TransactionJoin.PREPARED
                ? Set.of(beanFactory.getBeanNamesForType(WalManager.class, true, false))
                : Set.of();
    }
}
