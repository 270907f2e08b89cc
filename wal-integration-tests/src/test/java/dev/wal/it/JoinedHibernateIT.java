package dev.wal.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.spring.DurableMaps;
import dev.wal.state.DurableMap;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The log joined to transactions of Hibernate on PostgreSQL. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JoinedHibernateIT {
    @RegisterExtension
    static final Postgres POSTGRES = new Postgres(
            "wal.transaction.join=prepared",
            "wal.transaction.marker.initialize-schema=always",
            "spring.jpa.hibernate.ddl-auto=create-drop");

    @TempDir
    Path directory;

    private ConfigurableApplicationContext application;
    private BothTransactions in;
    private EntityManager entities;
    private DurableMap<Long, String> map;

    @BeforeEach
    @SuppressWarnings("unchecked") // The only map of the application.
    void start() {
        application = Applications.start(directory, Application.class, POSTGRES.properties());
        in = application.getBean(BothTransactions.class);
        entities =
                SharedEntityManagerCreator.createSharedEntityManager(application.getBean(EntityManagerFactory.class));
        map = application.getBean(DurableMap.class);
    }

    @AfterEach
    void stop() {
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        application.close();
    }

    @Test
    void entitiesAndMapsAreCommittedTogether() throws Exception {
        in.plain(() -> {
            entities.persist(new Ticket(1));
            return map.put(1L, "both");
        });

        assertThat(ids()).containsExactly(1L);
        assertThat(map.get(1L)).isEqualTo("both");
    }

    @Test
    void entitiesAndMapsAreRolledBackTogether() throws Exception {
        in.plain(() -> {
            entities.persist(new Ticket(1));
            return null;
        });
        assertThatThrownBy(() -> in.plain(() -> {
                    entities.persist(new Ticket(1));
                    return map.put(1L, "gone");
                }))
                .isInstanceOf(DataIntegrityViolationException.class);

        assertThat(ids()).containsExactly(1L);
        assertThat(map.get(1L)).isNull();
    }

    private List<Long> ids() throws Exception {
        return in.plain(() -> entities.createQuery("select t.id from Ticket t order by t.id", Long.class)
                .getResultList());
    }

    @Entity(name = "Ticket")
    static class Ticket {
        @Id
        private long id;

        protected Ticket() {}

        Ticket(long id) {
            this.id = id;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EntityScan(basePackageClasses = JoinedHibernateIT.class)
    static class Application {
        @Bean
        BothTransactions bothTransactions() {
            return new BothTransactions();
        }

        @Bean
        DurableMap<Long, String> map(DurableMaps maps) {
            return maps.map("map", Long.class, String.class);
        }
    }
}
