package dev.wal.spring.join;

import com.zaxxer.hikari.HikariDataSource;
import dev.wal.WalManager;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalRecord;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.FailingStorage;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalJoinAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalOptionsCustomizer;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import dev.wal.state.DurableMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

/** An application with a log, a database in memory, and plain transactions that are those of the database. The database outlives it. */
final class JoinedApplication implements AutoCloseable {
    final ConfigurableApplicationContext context;
    final WalManager log;
    final WalTemplate template;
    final DurableMap<Long, String> map;
    final JdbcTemplate rows;
    final HookedDataSource database;
    final FailingStorage storage;

    private JoinedApplication(ConfigurableApplicationContext context) {
        this.context = context;
        log = context.getBean(WalManager.class);
        template = context.getBean(WalTemplate.class);
        map = mapOf(context);
        rows = context.getBean(JdbcTemplate.class);
        database = context.getBean(HookedDataSource.class);
        storage = context.getBean(FailingStorage.class);
    }

    @SuppressWarnings("unchecked") // The only map of the application.
    private static DurableMap<Long, String> mapOf(ConfigurableApplicationContext context) {
        return context.getBean(DurableMap.class);
    }

    /** The address of a database that nobody else uses. */
    static String newDatabase() {
        return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000";
    }

    static JoinedApplication start(Path directory, String url, String... properties) {
        return start(directory, url, Application.class, properties);
    }

    static JoinedApplication start(Path directory, String url, Class<?> configuration, String... properties) {
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("wal.directory=" + directory);
        all.add("wal.segment.size=1MB");
        // Tests wait with a lock for who decides in the background.
        all.add("wal.map.lock-timeout=60s");
        all.add("test.url=" + url);
        return new JoinedApplication(new SpringApplicationBuilder(configuration)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .properties(all.toArray(String[]::new))
                .run());
    }

    /** A transaction of the database. */
    TransactionTemplate required() {
        return in(TransactionDefinition.PROPAGATION_REQUIRED);
    }

    TransactionTemplate in(int propagation) {
        TransactionTemplate transactions =
                new TransactionTemplate(context.getBean("transactionManager", PlatformTransactionManager.class));
        transactions.setPropagationBehavior(propagation);
        return transactions;
    }

    /** Has something done at the last moment before each commit of the database: later than the log is prepared. */
    void beforeCommit(Runnable action) {
        context.getBean("transactionManager", ConfigurableTransactionManager.class)
                .addListener(new TransactionExecutionListener() {
                    @Override
                    public void beforeCommit(TransactionExecution execution) {
                        action.run();
                    }
                });
    }

    void insert(long id) {
        rows.update("insert into item values (?)", id);
    }

    void log(long rowId) {
        template.insert("t", rowId, Row.of(Value.of(rowId)));
    }

    List<Long> ids() {
        return rows.queryForList("select id from item order by id", Long.class);
    }

    /** Row ids that were written to the log by {@link #log} and have committed, in order. */
    List<Long> logged() {
        List<Long> rowIds = new ArrayList<>();
        log.replay(change -> {
            if (change.table().equals("t")) {
                rowIds.add(((WalRecord.Insert) change.record()).rowId());
            }
        });
        return rowIds;
    }

    int markers() {
        return rows.queryForObject("select count(*) from wal_marker", Integer.class);
    }

    /** Has the database refuse what would be done about markers, as it is when nobody is left to do it. */
    void keepMarkers() {
        database.beforeConnection = () -> {
            if (HookedDataSource.isAboutMarkers()) {
                throw new SQLException("the test keeps the markers");
            }
        };
    }

    /** The files of the log as a kill at this moment would leave them. */
    void copyLog(Path target) {
        try {
            while (!copied(log.options().storage().directory(), target)) {
                FileSystemUtils.deleteRecursively(target);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns false if a file got another name meanwhile, as the next segment does that is made in the background. */
    private static boolean copied(Path source, Path target) throws IOException {
        Files.createDirectories(target);
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() {
        context.close();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        WalAutoConfiguration.class,
        WalJoinAutoConfiguration.class,
        WalTransactionAutoConfiguration.class,
        DataSourceAutoConfiguration.class,
        DataSourceInitializationAutoConfiguration.class,
        DataSourceTransactionManagerAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class,
        TransactionAutoConfiguration.class,
        TransactionManagerCustomizationAutoConfiguration.class
    })
    static class Application {

        @Bean
        DurableMap<Long, String> map(DurableMaps maps) {
            return maps.map("map", Long.class, String.class);
        }

        @Bean
        FailingStorage storage(Environment environment) {
            return new FailingStorage(Path.of(environment.getRequiredProperty("wal.directory")));
        }

        @Bean
        WalOptionsCustomizer storageCustomizer(FailingStorage storage) {
            return options -> options.storage(storage);
        }

        @Bean
        HookedDataSource dataSource(Environment environment) {
            HikariDataSource pool = new HikariDataSource();
            pool.setJdbcUrl(environment.getRequiredProperty("test.url"));
            pool.setMaximumPoolSize(4);
            HookedDataSource hooked = new HookedDataSource(pool);
            create(hooked);
            return hooked;
        }

        private static void create(DataSource database) {
            new JdbcTemplate(database).execute("create table if not exists item (id bigint primary key)");
        }
    }
}
