package dev.wal.console;

import dev.wal.WalManager;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** Serves the console where {@code wal.console.enabled} says so. */
@AutoConfiguration(after = {WalAutoConfiguration.class, WebEndpointAutoConfiguration.class})
@ConditionalOnBooleanProperty("wal.console.enabled")
@ConditionalOnBean({WalManager.class, PathMappedEndpoints.class})
@EnableConfigurationProperties(WalConsoleProperties.class)
@Import({ServletConsole.class, ReactiveConsole.class})
public final class WalConsoleAutoConfiguration {

    @Bean
    ConsolePage walConsolePage(PathMappedEndpoints endpoints, Environment environment) {
        return new ConsolePage(new ActuatorLocation(endpoints, environment));
    }
}
