package dev.wal.spring.boot.integration;

import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.WalTemplate;
import dev.wal.state.DurableMap;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** An application that shows its actuator to those who may see it, as docs/observability.md recommends. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Ledger {

    @Bean
    DurableMap<String, String> accounts(DurableMaps maps) {
        return maps.map("accounts", String.class, String.class);
    }

    @Bean
    Accounts accountService(WalTemplate template, DurableMap<String, String> accounts) {
        return new Accounts(template, accounts);
    }

    @Bean
    SecurityFilterChain actuator(HttpSecurity http) throws Exception {
        return http.securityMatcher(EndpointRequest.toAnyEndpoint())
                .authorizeHttpRequests(requests -> requests.requestMatchers(EndpointRequest.to(HealthEndpoint.class))
                        .permitAll()
                        .requestMatchers(EndpointRequest.toAnyEndpoint().withHttpMethod(HttpMethod.POST))
                        .hasRole("OPERATOR")
                        .anyRequest()
                        .hasRole("MONITOR"))
                .csrf(csrf -> csrf.spa())
                .httpBasic(basic -> {})
                .build();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                User.withUsername("monitor")
                        .password("{noop}monitor")
                        .roles("MONITOR")
                        .build(),
                User.withUsername("operator")
                        .password("{noop}operator")
                        .roles("MONITOR", "OPERATOR")
                        .build());
    }

    /** Writes through a map and through the template. */
    record Accounts(WalTemplate template, DurableMap<String, String> accounts) {
        void open(String key, String owner) {
            template.execute(status -> {
                template.insert("audit", key.hashCode(), Row.of(Value.of(owner)));
                return accounts.put(key, owner);
            });
        }
    }
}
