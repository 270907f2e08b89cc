package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalManager;
import dev.wal.spring.boot.aot.MarkerScriptRuntimeHints;
import dev.wal.spring.boot.metrics.WalJoinMetrics;
import dev.wal.spring.join.DecisionByMarkers;
import dev.wal.spring.join.MarkerTable;
import dev.wal.spring.join.Markers;
import dev.wal.spring.join.PreparedJoin;
import dev.wal.spring.join.WalDataSource;
import dev.wal.spring.transaction.AfterCommitJoin;
import dev.wal.spring.transaction.InDoubtDecision;
import dev.wal.spring.transaction.JoinProtocol;
import dev.wal.spring.transaction.JoinedTransactions;
import dev.wal.spring.transaction.TransactionJoin;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.util.function.SingletonSupplier;

/** Has the log join transactions of other managers, where that is asked for. */
@AutoConfiguration(after = WalAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "wal.enabled", matchIfMissing = true)
@ConditionalOnJoin({TransactionJoin.AFTER_COMMIT, TransactionJoin.PREPARED})
public final class WalJoinAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    static JoinedTransactions walJoinedTransactions(
            ObjectProvider<WalManager> walManager, ObjectProvider<JoinProtocol> protocol) {
        return new JoinedTransactions(
                SingletonSupplier.of(walManager::getObject), SingletonSupplier.of(protocol::getObject));
    }

    @Bean
    static JoinedTransactionManagers walJoinedTransactionManagers(ObjectProvider<JoinedTransactions> joined) {
        return new JoinedTransactionManagers(joined);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnJoin(TransactionJoin.AFTER_COMMIT)
    static final class AfterCommit {

        @Bean
        AfterCommitJoin walAfterCommitJoin() {
            return new AfterCommitJoin();
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(MeterBinder.class)
        static final class Metrics {

            @Bean
            MeterBinder walAfterCommitMetrics(AfterCommitJoin join) {
                return WalJoinMetrics.of(join);
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnJoin(TransactionJoin.PREPARED)
    @ConditionalOnClass({JdbcTemplate.class, DataSourceScriptDatabaseInitializer.class})
    @EnableConfigurationProperties(WalMarkerProperties.class)
    @ImportRuntimeHints(MarkerScriptRuntimeHints.class)
    static final class Prepared {
        /** Longer than most transactions, and short enough for who looks after the start. */
        private static final Duration LONGEST_WAIT_AT_START = Duration.ofMinutes(1);

        private final DataSource dataSource;

        Prepared(ObjectProvider<DataSource> dataSources, @WalDataSource ObjectProvider<DataSource> marked) {
            DataSource chosen = marked.getIfAvailable();
            this.dataSource = chosen == null ? refuseIfRouting(dataSources.getObject()) : chosen;
        }

        /** The marker of a transaction and the question about it may be routed to different databases. Who marks the data source says that they are not. */
        private static DataSource refuseIfRouting(DataSource source) {
            if (DataSourceUnwrapper.unwrap(source, AbstractRoutingDataSource.class) != null) {
                throw new IllegalStateException("The data source " + source
                        + " routes to others, so that the log cannot find out later what became of a transaction in one of"
                        + " them. Mark the data source of the one database that has the table wal_marker with"
                        + " @WalDataSource, and use it in the transactions that write to the log. Mark this one only if all"
                        + " that it routes to is one database.");
            }
            return source;
        }

        @Bean
        MarkerSchemaInitializer walMarkerSchemaInitializer(WalMarkerProperties properties) {
            return new MarkerSchemaInitializer(dataSource, properties.initializeSchema());
        }

        @Bean
        MarkerTable walMarkerTable() {
            return new MarkerTable(dataSource);
        }

        @Bean
        InDoubtDecision walInDoubtDecision(MarkerTable table) {
            return new DecisionByMarkers(table, LONGEST_WAIT_AT_START);
        }

        @Bean(destroyMethod = "close")
        Markers walMarkers(WalManager walManager, MarkerTable table) {
            return new Markers(walManager, table);
        }

        @Bean
        PreparedJoin walPreparedJoin(
                ObjectProvider<WalManager> walManager, MarkerTable table, ObjectProvider<Markers> markers) {
            return new PreparedJoin(
                    SingletonSupplier.of(walManager::getObject), table, SingletonSupplier.of(markers::getObject));
        }

        @Bean
        static LazyInitializationExcludeFilter walMarkersLazyInitializationExcludeFilter() {
            return LazyInitializationExcludeFilter.forBeanTypes(Markers.class);
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(MeterBinder.class)
        static final class Metrics {

            @Bean
            MeterBinder walMarkerMetrics(Markers markers) {
                return WalJoinMetrics.of(markers);
            }
        }
    }
}
