package dev.wal.spring.boot.autoconfigure;

import dev.wal.AutomaticCheckpoints;
import dev.wal.WalManager;
import dev.wal.listener.WalListeners;
import dev.wal.spring.boot.actuate.WalCheckpointEndpoint;
import dev.wal.spring.boot.actuate.WalCheckpointEndpointWebExtension;
import dev.wal.spring.boot.actuate.WalEndpoint;
import dev.wal.spring.boot.actuate.WalListenersEndpoint;
import dev.wal.spring.boot.actuate.WalListenersEndpointWebExtension;
import dev.wal.spring.boot.actuate.WalRecoveryEndpoint;
import dev.wal.spring.boot.aot.WalEndpointRuntimeHints;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

/** Shows the log through the actuator. */
@AutoConfiguration(after = {WalAutoConfiguration.class, WalListenerAutoConfiguration.class})
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBean(WalManager.class)
@ImportRuntimeHints(WalEndpointRuntimeHints.class)
public final class WalEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    WalEndpoint walEndpoint(WalManager walManager) {
        return new WalEndpoint(walManager);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    WalRecoveryEndpoint walRecoveryEndpoint(WalManager walManager) {
        return new WalRecoveryEndpoint(walManager);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    WalCheckpointEndpoint walCheckpointEndpoint(WalManager walManager, AutomaticCheckpoints checkpoints) {
        return new WalCheckpointEndpoint(walManager, checkpoints);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(WalCheckpointEndpoint.class)
    @ConditionalOnAvailableEndpoint
    WalCheckpointEndpointWebExtension walCheckpointEndpointWebExtension(WalCheckpointEndpoint endpoint) {
        return new WalCheckpointEndpointWebExtension(endpoint);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(WalListeners.class)
    @ConditionalOnAvailableEndpoint
    WalListenersEndpoint walListenersEndpoint(WalListeners walListeners, WalListenerProperties properties) {
        return new WalListenersEndpoint(walListeners, properties.stopTimeout());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(WalListenersEndpoint.class)
    @ConditionalOnAvailableEndpoint
    WalListenersEndpointWebExtension walListenersEndpointWebExtension(WalListenersEndpoint endpoint) {
        return new WalListenersEndpointWebExtension(endpoint);
    }
}
