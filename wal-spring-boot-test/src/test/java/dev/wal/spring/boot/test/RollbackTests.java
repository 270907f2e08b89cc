package dev.wal.spring.boot.test;

import static dev.wal.spring.boot.test.WalAssertions.assertThat;

import dev.wal.WalManager;
import dev.wal.state.DurableMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.Commit;
import org.springframework.test.context.transaction.AfterTransaction;
import org.springframework.test.context.transaction.BeforeTransaction;
import org.springframework.test.context.transaction.TestTransaction;
import org.springframework.transaction.annotation.Transactional;

/** What a test writes in a transaction is seen by it, and by nobody after it. */
@SpringBootTest(classes = TestApplication.class)
@AutoConfigureWal
@Transactional
class RollbackTests {
    @Autowired
    private WalManager log;

    @Autowired
    private DurableMap<String, Integer> numbers;

    @Autowired
    private TestApplication.Numbers service;

    private long before;
    private boolean committing;

    @BeforeTransaction
    void remember() {
        before = log.status().position();
    }

    @BeforeEach
    void startsWithNothing() {
        assertThat(numbers).doesNotContainKey("written");
    }

    @AfterTransaction
    void nothingStays() {
        assertThat(numbers).doesNotContainKey("written");
        if (!committing) {
            assertThat(log).since(before).hasNothingCommitted();
        }
    }

    @Test
    void aTestSeesWhatItWrote() {
        service.put("written", 1);

        assertThat(numbers).containsEntry("written", 1);
    }

    @Test
    void theNextTestDoesNot() {
        service.put("written", 2);

        assertThat(numbers).containsEntry("written", 2);
    }

    @Test
    @Commit
    void whatIsMeantToStayStays() {
        committing = true;
        service.put("kept", 3);
        TestTransaction.end();

        assertThat(numbers).containsEntry("kept", 3);
        assertThat(log).since(before).recordsOf("audit").hasSize(1);
        assertThat(log).isForced();
    }
}
