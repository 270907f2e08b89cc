package dev.wal.browser;

import dev.wal.record.WalChange;
import dev.wal.spring.listener.WalListener;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** An application with the console whose endpoints are for those who have a role. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class SecuredApplication {
    static final String PASSWORD = "{noop}password";

    static ConfigurableApplicationContext start(String directory, String... properties) {
        return new SpringApplicationBuilder(SecuredApplication.class)
                .properties(
                        "server.port=0",
                        "wal.directory=" + directory,
                        "wal.segment.size=1MB",
                        "wal.console.enabled=true",
                        "spring.main.banner-mode=off",
                        "logging.level.root=warn")
                .properties(properties)
                .run();
    }

    /** Something to be controlled. */
    static final class Watcher {
        private final AtomicLong seen = new AtomicLong();

        @WalListener(id = "watcher")
        void on(WalChange change) {
            seen.set(change.lsn());
        }
    }

    @Bean
    Watcher watcher() {
        return new Watcher();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                User.withUsername("monitor").password(PASSWORD).roles("MONITOR").build(),
                User.withUsername("operator")
                        .password(PASSWORD)
                        .roles("MONITOR", "OPERATOR")
                        .build());
    }

    /** What the browser asks for by itself gets no token: it could replace the one that a page was made with. */
    @Bean
    WebSecurityCustomizer withoutIcon() {
        return web -> web.ignoring().requestMatchers("/favicon.ico", "/error");
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(requests -> requests.requestMatchers("/wal-console/**")
                        .permitAll()
                        .requestMatchers(EndpointRequest.toAnyEndpoint().withHttpMethod(HttpMethod.POST))
                        .hasRole("OPERATOR")
                        .requestMatchers(EndpointRequest.toAnyEndpoint())
                        .hasRole("MONITOR")
                        .anyRequest()
                        .authenticated())
                .csrf(csrf -> csrf.spa())
                .formLogin(login -> login.defaultSuccessUrl("/wal-console/", true))
                .logout(Customizer.withDefaults())
                .build();
    }
}
