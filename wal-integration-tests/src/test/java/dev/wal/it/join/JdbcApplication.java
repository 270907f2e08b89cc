package dev.wal.it.join;

import dev.wal.spring.DurableMaps;
import dev.wal.state.DurableMap;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** Statements beside the log. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(
        exclude = {
            BatchAutoConfiguration.class,
            DataJpaRepositoriesAutoConfiguration.class,
            HibernateJpaAutoConfiguration.class,
            IntegrationAutoConfiguration.class,
            KafkaAutoConfiguration.class
        })
class JdbcApplication {
    @Bean
    DurableMap<Long, Long> paymentEntries(DurableMaps maps) {
        return maps.map("payments", Long.class, Long.class);
    }

    @Bean
    Entries entries(DurableMap<Long, Long> paymentEntries, Pipe pipe) {
        return new Entries(paymentEntries, pipe);
    }

    @Bean
    Payments payments(JdbcTemplate rows, DurableMap<Long, Long> paymentEntries) {
        return new JdbcPayments(rows, paymentEntries);
    }
}
