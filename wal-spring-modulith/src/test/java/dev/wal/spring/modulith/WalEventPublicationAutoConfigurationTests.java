package dev.wal.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import dev.wal.spring.DurableMaps;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import dev.wal.spring.transaction.WalTransactional;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.modulith.events.IncompleteEventPublications;
import org.springframework.modulith.events.config.EventPublicationAutoConfiguration;
import org.springframework.modulith.events.core.EventPublicationRegistry;
import org.springframework.modulith.events.core.EventPublicationRepository;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

/** How the repository finds its place among the auto-configurations of Spring Modulith and of databases. */
class WalEventPublicationAutoConfigurationTests {
    private static final String JACKSON =
            "org.springframework.modulith.events.jackson.JacksonEventSerializationConfiguration";
    private static final String JDBC = "org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration";

    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void runnerWithLogAndModulith() throws ClassNotFoundException {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        WalAutoConfiguration.class,
                        WalTransactionAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        WalEventPublicationAutoConfiguration.class,
                        EventPublicationAutoConfiguration.class,
                        Class.forName(JACKSON)))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB");
    }

    private ApplicationContextRunner withDatabase() {
        return runner.withConfiguration(AutoConfigurations.of(
                DataSourceAutoConfiguration.class,
                DataSourceTransactionManagerAutoConfiguration.class,
                JdbcTemplateAutoConfiguration.class));
    }

    private ApplicationContextRunner withJdbcRepository() throws ClassNotFoundException {
        return withDatabase().withConfiguration(AutoConfigurations.of(Class.forName(JDBC)));
    }

    @Test
    void theRegistryOfSpringModulithUsesTheRepository() {
        runner.run(context -> assertThat(context)
                .hasNotFailed()
                .hasSingleBean(EventPublicationRegistry.class)
                .hasSingleBean(IncompleteEventPublications.class)
                .getBean(EventPublicationRepository.class)
                .isInstanceOf(WalEventPublicationRepository.class));
    }

    @Test
    void theRepositoryNeedsNoDatabaseOnTheClassPath() {
        runner.withClassLoader(
                        new FilteredClassLoader("org.springframework.jdbc", "org.springframework.modulith.events.jdbc"))
                .run(context -> assertThat(context).hasSingleBean(WalEventPublicationRepository.class));
    }

    @Test
    void aRepositoryOfTheApplicationIsUsedInstead() {
        runner.withUserConfiguration(OwnRepository.class).run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(EventPublicationRepository.class);
            assertThat(context).doesNotHaveBean(DurableMap.class);
        });
    }

    @Test
    void aRepositoryOfTheApplicationIsUsedBesideAnotherModuleOfSpringModulith() throws Exception {
        withJdbcRepository()
                .withUserConfiguration(OwnPrimaryRepository.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void anotherModuleThatKeepsPublicationsIsRefused() throws Exception {
        withJdbcRepository()
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("'jdbcEventPublicationRepository' of " + JDBC)
                        .hasMessageContaining("wal-spring-modulith")
                        .hasMessageContaining("spring.autoconfigure.exclude (the log's is "
                                + WalEventPublicationAutoConfiguration.class.getName()));
    }

    @Test
    void withoutALogThereIsNoRepository() throws Exception {
        withJdbcRepository()
                .withPropertyValues("wal.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(EventPublicationRepository.class)
                        .doesNotHaveBean(WalEventPublicationRepository.class));
    }

    @Test
    void mapsOfPublicationsAreNotInjectedByType() {
        runner.withUserConfiguration(MapUser.class)
                .run(context -> assertThat(
                                context.getBean(MapUser.Holder.class).map().table())
                        .isEqualTo("mine"));
    }

    @Test
    void publishingInATransactionOfADatabaseIsRefusedAndNamesTheChoices() {
        withDatabase().withUserConfiguration(Beside.class).run(context -> {
            Beside.Publisher publisher = context.getBean(Beside.Publisher.class);

            assertThatThrownBy(publisher::publishWithDatabase)
                    .isInstanceOf(IllegalTransactionStateException.class)
                    .hasMessageContaining("not one of the log")
                    .hasMessageContaining("@WalTransactional");
            assertThat(context.getBean(EventPublicationRepository.class).findIncompletePublications())
                    .isEmpty();
            assertThat(context.getBean(Beside.Listener.class).rows()).isZero();
        });
    }

    @Test
    void aListenerMayUseADatabaseThatIsTheDefault() {
        withDatabase().withUserConfiguration(Beside.class).run(context -> {
            context.getBean(Beside.Publisher.class).publishWithLog();

            EventPublicationRepository repository = context.getBean(EventPublicationRepository.class);
            assertThat(context.getBean(Beside.Listener.class).rows()).isEqualTo(1);
            assertThat(repository.findIncompletePublications()).isEmpty();
            assertThat(repository.findCompletedPublications()).hasSize(1);
        });
    }

    @Test
    void aTransactionOfTheLogWithinOneOfADatabasePublishesByItself() {
        withDatabase().withUserConfiguration(Beside.class).run(context -> {
            Beside.Publisher publisher = context.getBean(Beside.Publisher.class);
            TransactionTemplate database = new TransactionTemplate(context.getBean(JdbcTransactionManager.class));

            database.executeWithoutResult(status -> {
                publisher.publishWithLog();
                status.setRollbackOnly();
            });

            assertThat(context.getBean(Beside.Listener.class).rows()).isEqualTo(1);
            assertThat(context.getBean(EventPublicationRepository.class).findCompletedPublications())
                    .hasSize(1);
        });
    }

    @Test
    void anEventWithoutATransactionIsKeptAndDeliveredWhenItIsResubmitted() {
        withDatabase().withUserConfiguration(Beside.class).run(context -> {
            context.publishEvent(new Beside.Event("alone"));

            assertThat(context.getBean(Beside.Listener.class).rows()).isZero();
            context.getBean(IncompleteEventPublications.class).resubmitIncompletePublications(publication -> true);
            assertThat(context.getBean(Beside.Listener.class).rows()).isEqualTo(1);
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnRepository {
        @Bean
        EventPublicationRepository own() {
            return mock(EventPublicationRepository.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnPrimaryRepository {
        @Bean
        @Primary
        EventPublicationRepository own() {
            return mock(EventPublicationRepository.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class MapUser {
        record Holder(DurableMap<?, ?> map) {}

        @Bean
        DurableMap<Long, String> mine(DurableMaps maps) {
            return maps.map("mine", Long.class, String.class);
        }

        @Bean
        Holder holder(DurableMap<?, ?> map) {
            return new Holder(map);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Beside {
        record Event(String text) {}

        @Bean
        Publisher publisher(ApplicationEventPublisher events) {
            return new Publisher(events);
        }

        @Bean
        Listener listener(JdbcTemplate jdbc) {
            return new Listener(jdbc);
        }

        static class Publisher {
            private final ApplicationEventPublisher events;

            Publisher(ApplicationEventPublisher events) {
                this.events = events;
            }

            @Transactional
            void publishWithDatabase() {
                events.publishEvent(new Event("database"));
            }

            @WalTransactional
            void publishWithLog() {
                events.publishEvent(new Event("log"));
            }
        }

        /** Runs in the publisher's thread, so that a test need not wait. */
        static class Listener {
            private final JdbcTemplate jdbc;

            Listener(JdbcTemplate jdbc) {
                this.jdbc = jdbc;
                jdbc.execute("create table received (text varchar(100))");
            }

            @TransactionalEventListener
            @Transactional(propagation = Propagation.REQUIRES_NEW)
            void on(Event event) {
                jdbc.update("insert into received values (?)", event.text());
            }

            int rows() {
                Integer count = jdbc.queryForObject("select count(*) from received", Integer.class);
                return count == null ? 0 : count;
            }
        }
    }
}
