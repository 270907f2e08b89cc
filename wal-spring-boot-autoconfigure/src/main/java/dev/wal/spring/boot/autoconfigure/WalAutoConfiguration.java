package dev.wal.spring.boot.autoconfigure;

import dev.wal.AutomaticCheckpoints;
import dev.wal.CheckpointSchedule;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.common.WalObserver;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.transaction.BoundTransactions;
import dev.wal.spring.transaction.InDoubtDecision;
import dev.wal.spring.transaction.JoinedTransactions;
import dev.wal.spring.transaction.TransactionJoin;
import dev.wal.state.StateHolder;
import dev.wal.state.TransactionContext;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.util.unit.DataSize;

/** Opens the log, and recovers the states that it keeps. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "wal.enabled", matchIfMissing = true)
@EnableConfigurationProperties(WalProperties.class)
public final class WalAutoConfiguration {
    private static final Logger logger = LoggerFactory.getLogger(WalAutoConfiguration.class);

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    WalManager walManager(
            WalProperties properties,
            ObjectProvider<WalOptionsCustomizer> customizers,
            ObjectProvider<WalObserver> observers,
            ObjectProvider<InDoubtDecision> decision,
            ConfigurableListableBeanFactory beanFactory) {
        WalPropertiesCheck.check(properties);
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
        options.observer(WalObserver.of(observers.orderedStream().toList()));
        customizers.orderedStream().forEach(customizer -> customizer.customize(options));
        InDoubtDecision inDoubt = decision.getIfAvailable();
        if (inDoubt == null && properties.transaction().join() == TransactionJoin.PREPARED) {
            throw new InvalidConfigurationPropertyValueException(
                    "wal.transaction.join", "prepared", "It needs spring-boot-jdbc, and a data source.");
        }
        return WalOpening.open(
                options.build(),
                inDoubt == null ? InDoubtDecision::refuse : inDoubt,
                beanFactory.getApplicationStartup());
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
    TransactionContext walTransactionContext(
            ObjectProvider<WalManager> walManager, ObjectProvider<JoinedTransactions> joined) {
        return new BoundTransactions(SingletonSupplier.of(walManager::getObject), joined.getIfAvailable());
    }

    @Bean
    @ConditionalOnMissingBean
    DurableMaps durableMaps(TransactionContext context, WalProperties properties) {
        WalProperties.MapProperties map = properties.map();
        return new DurableMaps(context, map.lockTimeout(), map.detectChangesInPlace());
    }

    @Bean
    @ConditionalOnMissingBean
    AutomaticCheckpoints walAutomaticCheckpoints(
            WalManager walManager, WalProperties properties, ListableBeanFactory beanFactory) {
        CheckpointSchedule schedule = properties.checkpoint().toSchedule();
        if (beanFactory.getBeanNamesForType(StateHolder.class, false, false).length > 0) {
            return new AutomaticCheckpoints(walManager, schedule);
        }
        logger.info(
                "No checkpoints of write-ahead log {} are taken by themselves: no state is declared, so that nothing but the log"
                        + " holds what is written to it. It grows until a DurableMap or a WalState holds its tables",
                walManager.options().storage().directory());
        return new AutomaticCheckpoints(walManager, CheckpointSchedule.never());
    }

    @Bean
    WalLifecycle walLifecycle(WalManager walManager, AutomaticCheckpoints checkpoints) {
        return new WalLifecycle(walManager, checkpoints);
    }
}
