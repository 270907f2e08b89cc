package dev.wal.spring.boot.test.ledger;

import static dev.wal.spring.boot.test.WalAssertions.assertThat;

import dev.wal.spring.boot.test.AutoConfigureWal;
import dev.wal.state.DurableMap;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.annotation.Transactional;

@SpringBootTest
@AutoConfigureWal
@Transactional
class TransfersTests {
    @Autowired
    DurableMap<Long, Account> accounts;

    @Autowired
    Transfers transfers;

    @Test
    void moneyMoves() {
        transfers.transfer(1, 2, 50);
        assertThat(accounts).containsEntry(2L, new Account(150));
    }
}
