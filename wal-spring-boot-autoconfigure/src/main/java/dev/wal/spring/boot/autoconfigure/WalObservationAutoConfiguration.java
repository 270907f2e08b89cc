package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalManager;
import dev.wal.spring.boot.observation.WalObservations;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Observations of commits, checkpoints and recovery, where the application has a registry of observations. */
@AutoConfiguration(
        after = WalAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({WalManager.class, ObservationRegistry.class})
public final class WalObservationAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    WalObservations walObservations(ListableBeanFactory beanFactory) {
        return new WalObservations((ConfigurableListableBeanFactory) beanFactory);
    }
}
