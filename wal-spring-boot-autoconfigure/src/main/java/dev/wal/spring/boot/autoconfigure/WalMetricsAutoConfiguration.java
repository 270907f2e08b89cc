package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalManager;
import dev.wal.spring.boot.metrics.WalEventMetrics;
import dev.wal.spring.boot.metrics.WalStateMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Meters of the log, in the registry that the application has. */
@AutoConfiguration(
        after = WalAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({WalManager.class, MeterRegistry.class})
public final class WalMetricsAutoConfiguration {

    /** Needs neither log nor registry: the log is opened with it, and the registry may be made much later. */
    @Bean
    @ConditionalOnMissingBean
    WalEventMetrics walEventMetrics() {
        return new WalEventMetrics();
    }

    @Bean
    @ConditionalOnMissingBean
    WalStateMetrics walStateMetrics(WalManager walManager) {
        return new WalStateMetrics(walManager);
    }
}
