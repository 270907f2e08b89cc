package dev.wal.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
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
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The log beside Hibernate on PostgreSQL, with all that this module has on the class path auto-configured. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HibernateBesideLogIT {
    @RegisterExtension
    static final Postgres POSTGRES = new Postgres("spring.jpa.hibernate.ddl-auto=create");

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
        entities = application.getBean("jpaSharedEM_entityManagerFactory", EntityManager.class);
        map = application.getBean(DurableMap.class);
    }

    @AfterEach
    void stop() {
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        application.close();
    }

    @Test
    void plainTransactionsAreOfHibernateAndTheOthersOfTheLog() throws Exception {
        WalManager log = application.getBean(WalManager.class);
        EntityManagerFactory hibernate = application.getBean(EntityManagerFactory.class);

        assertThat(application.getBean(PlatformTransactionManager.class)).isInstanceOf(JpaTransactionManager.class);
        assertThat(application.getBean(TransactionTemplate.class).getTransactionManager())
                .isInstanceOf(JpaTransactionManager.class);
        assertThat(in.plain(() -> List.of(bound(hibernate), bound(log)))).containsExactly(true, false);
        assertThat(in.ofTheLog(() -> List.of(bound(hibernate), bound(log)))).containsExactly(false, true);
    }

    @Test
    void aWriteInATransactionOfHibernateAloneIsRefusedAndRollsItBack() throws Exception {
        assertThatThrownBy(() -> in.plain(() -> {
                    entities.persist(new Item(1));
                    return map.put(1L, "lost");
                }))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("@WalTransactional");

        assertThat(ids()).isEmpty();
    }

    @Test
    void anInnerTransactionOfTheLogStaysWhenTheOuterOneOfHibernateFailsAtItsFlush() throws Exception {
        in.plain(() -> {
            entities.persist(new Item(1));
            return null;
        });

        // Hibernate inserts at the commit, and only then meets the key that is there already.
        assertThatThrownBy(() -> in.plain(() -> {
                    entities.persist(new Item(1));
                    return in.ofTheLog(() -> map.put(1L, "stays"));
                }))
                .isInstanceOf(RuntimeException.class);

        assertThat(ids()).containsExactly(1L);
        assertThat(map.get(1L)).isEqualTo("stays");
    }

    @Test
    void anInnerTransactionOfHibernateStaysWhenTheOuterOneOfTheLogFails() throws Exception {
        assertThatThrownBy(() -> in.ofTheLog(() -> {
                    map.put(1L, "goes");
                    in.plain(() -> {
                        entities.persist(new Item(1));
                        return null;
                    });
                    throw new IllegalStateException("the log is to roll back");
                }))
                .hasMessage("the log is to roll back");

        assertThat(ids()).containsExactly(1L);
        assertThat(map.get(1L)).isNull();
    }

    private List<Long> ids() throws Exception {
        return in.plain(() -> entities.createQuery("select i.id from Item i order by i.id", Long.class)
                .getResultList());
    }

    private static boolean bound(Object resource) {
        return TransactionSynchronizationManager.hasResource(resource);
    }

    @Entity(name = "Item")
    static class Item {
        @Id
        private long id;

        protected Item() {}

        Item(long id) {
            this.id = id;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EntityScan(basePackageClasses = HibernateBesideLogIT.class)
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
