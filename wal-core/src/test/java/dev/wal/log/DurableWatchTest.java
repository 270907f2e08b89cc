package dev.wal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DurableWatchTest {
    private final AtomicLong durable = new AtomicLong();
    private final LogFailure failure = new LogFailure(Path.of("/log"));
    private final DurableWatch watch = new DurableWatch(durable::get, failure, System::nanoTime);

    /** Each position is published only once the one before was seen, so that a wake-up that was lost would never be made up for. */
    @Test
    void noWakeUpIsLost() throws Exception {
        AtomicLong seen = new AtomicLong();
        CompletableFuture<Void> publisher = CompletableFuture.runAsync(() -> {
            for (long position = 1; position <= 20_000; position++) {
                while (seen.get() < position - 1) {
                    Thread.onSpinWait();
                }
                durable.set(position);
                watch.signal();
            }
        });
        for (long position = 0; position < 20_000; position++) {
            assertThat(watch.await(position, Long.MAX_VALUE)).isTrue();
            seen.set(position + 1);
        }
        publisher.get(10, TimeUnit.SECONDS);
    }

    @Test
    void whoDoesNotWaitIsToldAtOnce() {
        durable.set(5);
        assertThat(watch.await(4, 0)).isTrue();
        assertThat(watch.await(5, 0)).isFalse();
    }

    @Test
    void aFailureAndAnEndAreToldToThoseWhoWait() throws Exception {
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> watch.await(0, Long.MAX_VALUE));
        failure.set(new IllegalStateException("injected"));
        watch.signal();
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();

        DurableWatch other = new DurableWatch(durable::get, new LogFailure(Path.of("/log")), System::nanoTime);
        CompletableFuture<Boolean> alsoWaiting = CompletableFuture.supplyAsync(() -> other.await(0, Long.MAX_VALUE));
        other.close();
        assertThat(alsoWaiting.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(other.isClosed()).isTrue();
    }
}
