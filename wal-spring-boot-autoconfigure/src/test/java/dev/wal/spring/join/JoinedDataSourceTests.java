package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Which transactions the log joins where there are several data sources, or none. */
class JoinedDataSourceTests {
    @TempDir
    Path directory;

    private @Nullable JoinedApplication application;

    @AfterEach
    void stop() {
        if (application != null) {
            application.close();
        }
    }

    @Test
    void aTransactionOfAnotherDataSourceIsRefused() {
        start(TwoDataSources.class);

        assertThatThrownBy(() -> in("otherManager").executeWithoutResult(status -> application.log(1)))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("@WalDataSource")
                .hasMessageContaining("@WalTransactional");
        in("transactionManager").executeWithoutResult(status -> application.log(2));
        assertThat(application.logged()).containsExactly(2L);
    }

    @Test
    void readsOfMapsAreAllowedInEachTransaction() {
        start(TwoDataSources.class);

        assertThat(in("otherManager").<String>execute(status -> application.map.get(1L)))
                .isNull();
    }

    @Test
    void aTransactionOfTheLogInsideOneOfAnotherDataSourceIsIndependent() {
        start(TwoDataSources.class);

        in("otherManager").executeWithoutResult(status -> {
            application.template.execute(inner -> {
                application.log(1);
                return null;
            });
            status.setRollbackOnly();
        });

        assertThat(application.logged()).containsExactly(1L);
    }

    @Test
    void theDataSourceThatIsMarkedIsJoined() {
        start(MarkedDataSource.class);

        in("otherManager").executeWithoutResult(status -> application.log(1));
        assertThatThrownBy(() -> in("transactionManager").executeWithoutResult(status -> application.log(2)))
                .isInstanceOf(IllegalTransactionStateException.class);
        assertThat(application.logged()).containsExactly(1L);
    }

    @Test
    void aTransactionWithConnectionsOfTwoDataSourcesIsRefused() {
        start(TwoDataSources.class);

        assertThatThrownBy(() -> in("otherManager")
                        .executeWithoutResult(
                                outer -> in("transactionManager").executeWithoutResult(inner -> application.log(1))))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("2 data sources");
    }

    @Test
    void aTransactionWithoutADatabaseIsRefused() {
        start(NoDatabase.class);

        assertThatThrownBy(() -> in("withoutDatabase").executeWithoutResult(status -> application.log(1)))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("no connection");
    }

    @Test
    void afterTheCommitATransactionWithoutADatabaseIsJoinedToo() {
        application = JoinedApplication.start(
                directory, JoinedApplication.newDatabase(), NoDatabase.class, "wal.transaction.join=after-commit");

        in("withoutDatabase").executeWithoutResult(status -> application.log(1));
        assertThat(application.logged()).containsExactly(1L);
    }

    @Test
    void aTransactionOfAManagerThatIsNoBeanIsRefused() {
        start(TwoDataSources.class);
        TransactionTemplate unknown = new TransactionTemplate(new JdbcTransactionManager(application.database));

        assertThatThrownBy(() -> unknown.executeWithoutResult(status -> application.log(1)))
                .isInstanceOf(IllegalTransactionStateException.class);
    }

    @Test
    void aDataSourceThatRoutesIsRefusedUnlessItIsMarked() {
        for (Class<?> routes : new Class<?>[] {Routing.class, ProxyOfRouting.class}) {
            assertThatThrownBy(() -> start(routes))
                    .hasStackTraceContaining("routes to others")
                    .hasStackTraceContaining("@WalDataSource");
        }

        start(MarkedRouting.class);
        in("routingManager").executeWithoutResult(status -> application.log(1));
        assertThat(application.logged()).containsExactly(1L);
    }

    @Test
    void proxiesOfTheDataSourceAreTakenForIt() {
        start(Proxies.class);

        in("lazyManager").executeWithoutResult(status -> {
            application.insert(1);
            application.log(1);
        });
        in("awareManager").executeWithoutResult(status -> application.log(2));
        assertThatThrownBy(() -> in("lazyManager").executeWithoutResult(status -> {
                    new JdbcTemplate(application.context.getBean("lazy", DataSource.class))
                            .update("insert into item values (2)");
                    application.log(3);
                    throw new IllegalStateException("both roll back");
                }))
                .hasMessage("both roll back");

        assertThat(application.logged()).containsExactly(1L, 2L);
        assertThat(application.ids()).containsExactly(1L);
    }

    private void start(Class<?> configuration) {
        application = JoinedApplication.start(
                directory, JoinedApplication.newDatabase(), configuration, "wal.transaction.join=prepared");
    }

    private TransactionTemplate in(String manager) {
        return new TransactionTemplate(application.context.getBean(manager, PlatformTransactionManager.class));
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    static class TwoDataSources {

        @Bean(defaultCandidate = false)
        DataSource other() {
            return new DriverManagerDataSource(JoinedApplication.newDatabase());
        }

        @Bean(defaultCandidate = false)
        JdbcTransactionManager otherManager(@Qualifier("other") DataSource other) {
            return new JdbcTransactionManager(other);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    static class MarkedDataSource {

        @WalDataSource
        @Bean(defaultCandidate = false)
        DataSource other() {
            return new DriverManagerDataSource(JoinedApplication.newDatabase());
        }

        @Bean(defaultCandidate = false)
        JdbcTransactionManager otherManager(@WalDataSource DataSource other) {
            return new JdbcTransactionManager(other);
        }
    }

    private static DataSource routing(DataSource target) {
        AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {
            @Override
            protected Object determineCurrentLookupKey() {
                return "only";
            }
        };
        routing.setTargetDataSources(Map.of("only", target));
        routing.afterPropertiesSet();
        return routing;
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    static class Routing {

        @Primary
        @Bean
        DataSource routing(HookedDataSource database) {
            return JoinedDataSourceTests.routing(database);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    static class ProxyOfRouting {

        @Primary
        @Bean
        DataSource lazy(HookedDataSource database) {
            return new LazyConnectionDataSourceProxy(JoinedDataSourceTests.routing(database));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    static class MarkedRouting {

        @WalDataSource
        @Bean(defaultCandidate = false)
        DataSource routing(HookedDataSource database) {
            return JoinedDataSourceTests.routing(database);
        }

        @Bean(defaultCandidate = false)
        JdbcTransactionManager routingManager(@WalDataSource DataSource routing) {
            return new JdbcTransactionManager(routing);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    static class Proxies {

        @Bean(defaultCandidate = false)
        DataSource lazy(HookedDataSource database) {
            return new LazyConnectionDataSourceProxy(database);
        }

        @Bean(defaultCandidate = false)
        JdbcTransactionManager lazyManager(@Qualifier("lazy") DataSource lazy) {
            return new JdbcTransactionManager(lazy);
        }

        @Bean(defaultCandidate = false)
        JdbcTransactionManager awareManager(HookedDataSource database) {
            return new JdbcTransactionManager(new TransactionAwareDataSourceProxy(database));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    static class NoDatabase {

        @Bean(defaultCandidate = false)
        PlatformTransactionManager withoutDatabase() {
            return new AbstractPlatformTransactionManager() {
                @Override
                protected Object doGetTransaction() {
                    return new Object();
                }

                @Override
                protected void doBegin(
                        Object transaction, org.springframework.transaction.TransactionDefinition definition) {}

                @Override
                protected void doCommit(DefaultTransactionStatus status) {}

                @Override
                protected void doRollback(DefaultTransactionStatus status) {}
            };
        }
    }
}
