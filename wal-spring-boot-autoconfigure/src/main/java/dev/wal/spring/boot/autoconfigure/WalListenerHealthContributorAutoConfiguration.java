package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalManager;
import dev.wal.listener.WalListeners;
import dev.wal.spring.boot.actuate.WalListenersHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Shows whether all listeners work through the health endpoint. */
@AutoConfiguration(
        after = WalListenerAutoConfiguration.class,
        beforeName = "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(WalListeners.class)
public final class WalListenerHealthContributorAutoConfiguration {

    @Bean
    @ConditionalOnEnabledHealthIndicator("wallisteners")
    @ConditionalOnMissingBean(name = "walListenersHealthIndicator")
    WalListenersHealthIndicator walListenersHealthIndicator(
            WalManager walManager, WalListeners walListeners, WalListenerProperties properties) {
        return new WalListenersHealthIndicator(walManager, walListeners, properties.maxLagBytes());
    }
}
