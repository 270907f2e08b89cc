package dev.wal.spring.boot.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.record.Row;
import dev.wal.spring.boot.autoconfigure.WalJoinAutoConfiguration;
import dev.wal.spring.join.MarkerTable;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** What is said of a start that meets transactions in doubt and nobody who can decide about them. */
@ExtendWith(OutputCaptureExtension.class)
class TransactionsInDoubtFailureTests {
    @TempDir
    Path directory;

    private long inDoubt;

    @BeforeEach
    void leaveOneInDoubt() {
        try (WalManager log = WalManager.open(WalOptions.builder(directory).build());
                WalTransaction transaction = log.begin()) {
            transaction.insert("t", 0, 1, Row.of());
            transaction.prepare();
            inDoubt = transaction.id();
        }
    }

    @Test
    void anApplicationThatJoinsNothingIsToldWhoCanDecide(CapturedOutput output) {
        assertThat(FailedStart.analysis(output, List.of(), "wal.directory=" + directory))
                .contains("in doubt", String.valueOf(inDoubt), "wal.transaction.join=prepared", "InDoubtResolver");
    }

    @Test
    void anApplicationWhoseDatabaseDoesNotSayIsToldWhatItNeeds(CapturedOutput output) {
        assertThat(FailedStart.analysis(
                        output,
                        List.of(Joining.class),
                        "wal.directory=" + directory,
                        "wal.transaction.join=prepared",
                        "wal.transaction.marker.initialize-schema=never"))
                .contains("did not say", String.valueOf(inDoubt), MarkerTable.NAME, "database answers");
    }

    @Test
    void anApplicationWithoutADatabaseIsToldThatPreparedNeedsOne(CapturedOutput output) {
        assertThat(FailedStart.analysis(
                        output, List.of(), "wal.directory=" + directory, "wal.transaction.join=prepared"))
                .contains("wal.transaction.join", "data source");
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({DataSourceAutoConfiguration.class, WalJoinAutoConfiguration.class})
    static class Joining {}
}
