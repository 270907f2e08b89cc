package dev.wal.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/** Whether who has databases and a transaction manager of the log alone hears of it. */
class UnmanagedDataSourcesWarningTests {
    private final Logger logger = (Logger) LoggerFactory.getLogger(UnmanagedDataSourcesWarning.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void prepare() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        WalAutoConfiguration.class,
                        WalTransactionAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB");
    }

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
        logger.setAdditive(false);
        logger.setLevel(Level.WARN);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    @Test
    void twoDataSourcesOfWhichNoneIsPrimaryAreNamedOnce() {
        Neighbour.TWO_DATA_SOURCES_WITHOUT_MANAGERS
                .beside(runner)
                .run(context -> assertThat(logged.list).singleElement().satisfies(event -> {
                    assertThat(event.getLevel()).isEqualTo(Level.WARN);
                    assertThat(event.getFormattedMessage())
                            .contains("orders", "archive", "one by one", "Declare a transaction manager", "@Primary");
                }));
    }

    @Test
    void theOnlyDataSourceIsNamedIfNobodyMakesItsManager() {
        runner.withBean("reports", DataSource.class, SimpleDriverDataSource::new)
                .run(context -> assertThat(logged.list)
                        .singleElement()
                        .extracting(ILoggingEvent::getFormattedMessage)
                        .asString()
                        .contains("reports"));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TWO_DATA_SOURCES_WITHOUT_MANAGERS")
    void nothingIsSaidWhereThereIsNoDatabaseOrAnotherManager(Neighbour neighbour) {
        neighbour.beside(runner).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(logged.list).isEmpty();
        });
    }
}
