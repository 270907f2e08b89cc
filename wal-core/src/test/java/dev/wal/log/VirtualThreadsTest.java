package dev.wal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VirtualThreadsTest {
    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;

    @Test
    void aPlatformThreadIsNotVirtual() {
        assertThat(VirtualThreads.isCurrent()).isFalse();
    }

    @Test
    void aVirtualThreadIsWhereThereAreAny() throws Exception {
        CompletableFuture<Boolean> virtual = new CompletableFuture<>();
        Runnable asks = () -> virtual.complete(VirtualThreads.isCurrent());
        boolean areThere = Runtime.version().feature() >= FIRST_JAVA_WITH_VIRTUAL_THREADS;
        if (areThere) {
            Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, asks);
        } else {
            new Thread(asks).start();
        }

        assertThat(virtual.get(10, TimeUnit.SECONDS)).isEqualTo(areThere);
    }
}
