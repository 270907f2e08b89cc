package dev.wal.it.join;

import dev.wal.spring.DurableMaps;
import dev.wal.state.DurableMap;
import jakarta.persistence.EntityManager;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Hibernate beside the log. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(
        exclude = {
            BatchAutoConfiguration.class,
            DataJpaRepositoriesAutoConfiguration.class,
            IntegrationAutoConfiguration.class,
            KafkaAutoConfiguration.class
        })
@EntityScan(basePackageClasses = PaymentRow.class)
class JpaApplication {
    @Bean
    DurableMap<Long, Long> paymentEntries(DurableMaps maps) {
        return maps.map("payments", Long.class, Long.class);
    }

    @Bean
    Entries entries(DurableMap<Long, Long> paymentEntries, Pipe pipe) {
        return new Entries(paymentEntries, pipe);
    }

    @Bean
    Payments payments(EntityManager entities, DurableMap<Long, Long> paymentEntries) {
        return new JpaPayments(entities, paymentEntries);
    }
}
