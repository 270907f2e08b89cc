package dev.wal.spring.modulith;

import dev.wal.spring.DurableMaps;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import dev.wal.spring.transaction.WalTransactionManager;
import dev.wal.state.DurableMap;
import dev.wal.state.TransactionContext;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.modulith.events.config.EventPublicationAutoConfiguration;
import org.springframework.modulith.events.core.EventPublicationRepository;
import org.springframework.modulith.events.core.EventSerializer;
import org.springframework.modulith.events.support.CompletionMode;

/** Keeps event publications in the log. Spring Modulith makes its registry only if it finds a repository, so this comes before. */
@AutoConfiguration(after = WalTransactionAutoConfiguration.class, before = EventPublicationAutoConfiguration.class)
@ConditionalOnBean(WalTransactionManager.class)
public final class WalEventPublicationAutoConfiguration {

    @Bean
    static RepositoryCheck walEventPublicationRepositoryCheck() {
        return new RepositoryCheck();
    }

    /** The maps are beans, so that they are recovered with the log, but nobody who injects maps by type gets them. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(EventPublicationRepository.class)
    static class Repository {

        @Bean(defaultCandidate = false)
        DurableMap<UUID, StoredEvent> walPublishedEvents(DurableMaps maps) {
            return PublicationMaps.events(maps);
        }

        @Bean(defaultCandidate = false)
        DurableMap<UUID, Progress> walIncompletePublications(DurableMaps maps) {
            return PublicationMaps.incomplete(maps);
        }

        @Bean(defaultCandidate = false)
        DurableMap<UUID, Progress> walCompletedPublications(DurableMaps maps) {
            return PublicationMaps.completed(maps);
        }

        @Bean
        WalEventPublicationRepository walEventPublicationRepository(
                @Qualifier("walPublishedEvents") DurableMap<UUID, StoredEvent> events,
                @Qualifier("walIncompletePublications") DurableMap<UUID, Progress> incomplete,
                @Qualifier("walCompletedPublications") DurableMap<UUID, Progress> completed,
                WalTransactionManager transactionManager,
                TransactionContext context,
                EventSerializer serializer,
                ConfigurableBeanFactory beanFactory,
                Environment environment) {
            return new WalEventPublicationRepository(
                    new PublicationMaps(events, incomplete, completed),
                    new PublicationTransactions(transactionManager),
                    context,
                    new EventTypes(serializer, beanFactory.getBeanClassLoader()),
                    CompletionMode.from(environment));
        }
    }
}
