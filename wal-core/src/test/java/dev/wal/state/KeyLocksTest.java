package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalTransaction;
import dev.wal.storage.MemoryStorage;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyLocksTest {
    private final MapLog log = new MapLog(new MemoryStorage());
    private final CountDownLatch asked = new CountDownLatch(1);

    private KeyLocks<Long> locks(Duration timeout) {
        return new KeyLocks<>("names", timeout, limit -> {
            asked.countDown();
            return limit;
        });
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void whoMayWaitForEverWaitsUntilTheLockIsLetGoOf() throws Exception {
        KeyLocks<Long> locks = locks(ChronoUnit.FOREVER.getDuration());
        try (WalTransaction first = log.manager().begin();
                WalTransaction second = log.manager().begin()) {
            locks.lock(1L, first);
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> locks.lock(1L, second));
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

            locks.unlock(1L);

            waiting.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aPreparedTransactionOfTheSameThreadIsNotWaitedFor() {
        KeyLocks<Long> locks = locks(Duration.ZERO);
        try (WalTransaction first = log.manager().begin();
                WalTransaction second = log.manager().begin()) {
            locks.lock(1L, first);
            first.prepare();

            assertThatThrownBy(() -> locks.lock(1L, second))
                    .isInstanceOf(LockConflictException.class)
                    .hasMessageContaining("suspended");
        }
    }
}
