package dev.wal.spring.boot.autoconfigure;

import dev.wal.spring.transaction.WalTransactionManager;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.TransactionManagementConfigurer;

/**
 * Says at the start when there are databases and only the log has a transaction manager. Plain {@code @Transactional} is the log's then, and looks as if it held for statements, which the databases commit one by one.
 *
 * <p>No error, because an application that does not write to its databases needs no manager of them.
 */
final class UnmanagedDataSourcesWarning implements SmartInitializingSingleton {
    private static final Logger logger = LoggerFactory.getLogger(UnmanagedDataSourcesWarning.class);

    private final ListableBeanFactory beanFactory;

    UnmanagedDataSourcesWarning(ListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<String> dataSources = namesOf(DataSource.class);
        if (!dataSources.isEmpty() && isTheLogAlone()) {
            logger.warn(
                    "Plain @Transactional begins transactions of the write-ahead log alone, because no data source has a"
                            + " transaction manager: statements to {} are committed one by one, and stay when a method"
                            + " fails. Declare a transaction manager of each data source that is written to, one of them"
                            + " @Primary; or make one data source @Primary, and Spring Boot makes its manager",
                    dataSources);
        }
    }

    /** A configurer may have a manager that is no bean. */
    private boolean isTheLogAlone() {
        return namesOf(TransactionManager.class).equals(namesOf(WalTransactionManager.class))
                && namesOf(TransactionManagementConfigurer.class).isEmpty();
    }

    /** Makes nothing for the question. */
    private List<String> namesOf(Class<?> type) {
        return List.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, type, true, false));
    }
}
