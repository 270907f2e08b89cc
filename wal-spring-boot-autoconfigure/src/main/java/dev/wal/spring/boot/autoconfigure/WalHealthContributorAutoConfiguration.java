package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalManager;
import dev.wal.spring.boot.actuate.WalHealthIndicator;
import dev.wal.spring.transaction.UnresolvedTransactions;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Shows whether the log takes commits through the health endpoint. */
@AutoConfiguration(
        after = WalAutoConfiguration.class,
        beforeName = "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(WalManager.class)
public final class WalHealthContributorAutoConfiguration {

    @Bean
    @ConditionalOnEnabledHealthIndicator("wal")
    @ConditionalOnMissingBean(name = "walHealthIndicator")
    WalHealthIndicator walHealthIndicator(WalManager walManager, ObjectProvider<UnresolvedTransactions> joined) {
        return new WalHealthIndicator(walManager, joined.getIfAvailable());
    }
}
