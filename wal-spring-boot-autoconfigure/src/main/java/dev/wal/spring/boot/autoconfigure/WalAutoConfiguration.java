package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.transaction.BoundTransactions;
import dev.wal.state.StateHolder;
import dev.wal.state.TransactionContext;
import java.nio.file.Path;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.util.unit.DataSize;

/** Opens the log, and recovers the states that it keeps. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "wal.enabled", matchIfMissing = true)
@EnableConfigurationProperties(WalProperties.class)
public final class WalAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    WalManager walManager(WalProperties properties, ObjectProvider<WalOptionsCustomizer> customizers) {
        // Text, not a Path: binding a Path would prefer a folder of that name on the class path.
        WalOptions.Builder options = WalOptions.builder(Path.of(properties.directory()))
                .partitions(properties.partitions())
                .lockWait(properties.lockWait())
                .durability(properties.durability().toDurability())
                .segmentSize(properties.segment().size().toBytes())
                .recoveryMode(properties.recovery().toMode())
                .maxTransactionSize(properties.transaction().maxSize().toBytes());
        DataSize maxDisk = properties.maxDisk();
        if (maxDisk != null) {
            options.maxDisk(maxDisk.toBytes());
        }
        customizers.orderedStream().forEach(customizer -> customizer.customize(options));
        return WalManager.open(options.build());
    }

    @Bean
    static StateRecovery walStateRecovery(ListableBeanFactory beanFactory) {
        return new StateRecovery(beanFactory);
    }

    @Bean
    static LazyInitializationExcludeFilter walLazyInitializationExcludeFilter() {
        return LazyInitializationExcludeFilter.forBeanTypes(WalManager.class, StateHolder.class);
    }

    @Bean
    @ConditionalOnMissingBean
    TransactionContext walTransactionContext(ObjectProvider<WalManager> walManager) {
        return new BoundTransactions(SingletonSupplier.of(walManager::getObject));
    }

    @Bean
    @ConditionalOnMissingBean
    DurableMaps durableMaps(TransactionContext context, WalProperties properties) {
        WalProperties.MapProperties map = properties.map();
        return new DurableMaps(context, map.lockTimeout(), map.detectChangesInPlace());
    }

    @Bean
    WalLifecycle walLifecycle(WalManager walManager) {
        return new WalLifecycle(walManager);
    }
}
