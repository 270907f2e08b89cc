package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.record.WalRecord;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.PrePersist;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;

/** The log joins transactions of JPA, whose entities are written to the database at the commit. */
class JpaJoinTests {
    @TempDir
    Path directory;

    private JoinedApplication application;
    private EntityManager entities;

    @AfterEach
    void stop() {
        Item.beforePersist = () -> {};
        application.close();
    }

    private void start(String join) {
        application = JoinedApplication.start(
                directory,
                JoinedApplication.newDatabase(),
                WithHibernate.class,
                "wal.transaction.join=" + join,
                "spring.jpa.hibernate.ddl-auto=none");
        entities = SharedEntityManagerCreator.createSharedEntityManager(
                application.context.getBean(jakarta.persistence.EntityManagerFactory.class));
        assertThat(application.context.getBean(PlatformTransactionManager.class))
                .isInstanceOf(JpaTransactionManager.class);
    }

    @Test
    void entitiesAndTheLogAreCommittedTogether() {
        for (String join : new String[] {"prepared", "after-commit"}) {
            start(join);
            application.required().executeWithoutResult(status -> {
                entities.persist(new Item(1));
                application.map.put(1L, join);
            });

            assertThat(application.ids()).containsExactly(1L);
            assertThat(application.map.get(1L)).isEqualTo(join);
            application.close();
        }
    }

    @Test
    void aConstraintFailsBeforeTheLogIsPrepared() {
        start("prepared");
        application.insert(1);
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                    entities.persist(new Item(1));
                    application.map.put(1L, "one");
                }))
                .isInstanceOf(DataIntegrityViolationException.class);

        assertThat(application.map.get(1L)).isNull();
        assertThat(application.log.recover().values().stream().flatMap(Collection::stream))
                .noneMatch(WalRecord.Prepare.class::isInstance);
    }

    @Test
    void whatACallbackOfAnEntityWritesToTheLogBelongsToTheTransaction() {
        for (String join : new String[] {"prepared", "after-commit"}) {
            start(join);
            Item.beforePersist = () -> application.log(1);
            application.required().executeWithoutResult(status -> entities.persist(new Item(1)));

            assertThat(application.ids()).containsExactly(1L);
            assertThat(application.logged()).contains(1L);
            application.close();
        }
    }

    @Test
    void aTransactionThatFailsIsRolledBackInBoth() {
        start("prepared");
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                    entities.persist(new Item(1));
                    entities.flush();
                    application.map.put(1L, "one");
                    throw new IllegalStateException("both roll back");
                }))
                .hasMessage("both roll back");

        assertThat(application.ids()).isEmpty();
        assertThat(application.map.get(1L)).isNull();
    }

    @Entity(name = "Item")
    static class Item {
        static volatile Runnable beforePersist = () -> {};

        @Id
        private long id;

        protected Item() {}

        Item(long id) {
            this.id = id;
        }

        @PrePersist
        void persisting() {
            beforePersist.run();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    @ImportAutoConfiguration(HibernateJpaAutoConfiguration.class)
    @EntityScan(basePackageClasses = JpaJoinTests.class)
    static class WithHibernate {}
}
