package dev.wal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Asking for the owner of a directory. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DirectoryOwnerTest {
    private static final int THREADS = 4;
    private static final int QUESTIONS = 2000;

    @TempDir
    private Path directory;

    @Test
    void thoseWhoAskDoNotTakeEachOtherForTheOwner() throws Exception {
        Storage.of(directory).lock(Duration.ZERO).close();
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<Integer>> seen = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int i = 0; i < THREADS; i++) {
                seen.add(threads.submit(() -> {
                    start.await();
                    int owners = 0;
                    for (int question = 0; question < QUESTIONS; question++) {
                        owners += DirectoryOwner.of(directory).isPresent() ? 1 : 0;
                    }
                    return owners;
                }));
            }
            for (Future<Integer> owners : seen) {
                assertThat(owners.get()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aDirectoryCanBeTakenWhileOthersAsk() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<?> asking = threads.submit(() -> {
                for (int question = 0; question < QUESTIONS; question++) {
                    DirectoryOwner.of(directory).isPresent();
                }
                return null;
            });
            while (!asking.isDone()) {
                try (Closeable lock = Storage.of(directory).lock(Duration.ZERO)) {
                    assertThat(lock).isNotNull();
                    assertThat(DirectoryOwner.of(directory).isPresent()).isTrue();
                }
            }
            asking.get();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void theDirectoryItselfIsNoFileThatCouldBeDeleted() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Storage.of(directory).delete(""));
        assertThat(Files.isDirectory(directory)).isTrue();
    }
}
