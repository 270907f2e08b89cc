package dev.wal.spring.boot.test.ledger;

import static dev.wal.spring.boot.test.WalAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.spring.boot.test.AutoConfigureWal;
import dev.wal.spring.boot.test.CrashedLog;
import dev.wal.state.DurableMap;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;

/** The assertions and the crash of the page about testing: its other samples. */
@SpringBootTest
@AutoConfigureWal
@DirtiesContext(classMode = DirtiesContext.ClassMode.BEFORE_EACH_TEST_METHOD)
class TransfersInTheLogTests {
    @Autowired
    private WalManager log;

    @Autowired
    private DurableMap<Long, Account> accounts;

    @Autowired
    private Transfers transfers;

    @Test
    void whatATransferLogs() {
        long before = log.status().position();
        transfers.transfer(1, 2, 50);

        assertThat(log).since(before).committedTo("accounts").hasSize(2);
        assertThat(log).since(before).recordsOf("audit").hasSize(1);
        assertThat(log).isOpen().isForced();
        assertThat(accounts).containsEntry(1L, new Account(50)).doesNotContainKey(3L);
    }

    @Test
    void aTransferSurvivesACrash() {
        transfers.transfer(1, 2, 50);

        try (CrashedLog crashed = CrashedLog.of(log);
                ConfigurableApplicationContext restarted = crashed.start(LedgerApplication.class, "server.port=0")) {
            assertThat(restarted.getBean(Transfers.class).balance(2)).isEqualTo(150);
        }
    }
}
