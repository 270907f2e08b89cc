package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalManager;
import dev.wal.listener.WalListeners;
import dev.wal.spring.listener.ListenerDefaults;
import dev.wal.spring.listener.WalListenerLifecycle;
import dev.wal.spring.listener.WalListenerMethods;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Makes listeners of methods with {@link dev.wal.spring.listener.WalListener}. */
@AutoConfiguration(after = WalAutoConfiguration.class)
@ConditionalOnBean(WalManager.class)
@EnableConfigurationProperties(WalListenerProperties.class)
public final class WalListenerAutoConfiguration {

    /** First, so that those of the application have the last word. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    WalOptionsCustomizer walListenerOptionsCustomizer(WalListenerProperties properties) {
        WalPropertiesCheck.check(properties);
        return options ->
                options.maxRetainedForConsumers(properties.maxRetained().toBytes());
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    WalListeners walListeners(WalManager walManager) {
        return new WalListeners(walManager);
    }

    @Bean
    @ConditionalOnMissingBean
    ListenerDefaults walListenerDefaults(WalListenerProperties properties) {
        return new ListenerDefaults(properties.tries(), properties.backOff());
    }

    @Bean
    static WalListenerMethods walListenerMethods(
            ListableBeanFactory beanFactory,
            ObjectProvider<WalListeners> listeners,
            ObjectProvider<ListenerDefaults> defaults) {
        return new WalListenerMethods((ConfigurableListableBeanFactory) beanFactory, listeners, defaults);
    }

    @Bean
    WalListenerLifecycle walListenerLifecycle(WalListeners listeners, WalListenerProperties properties) {
        return new WalListenerLifecycle(listeners, properties.stopTimeout());
    }
}
