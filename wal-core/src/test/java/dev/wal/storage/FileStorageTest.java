package dev.wal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStorageTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 20;
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path temporary;

    @Test
    void manyWhoStartAtTheSameTimeMakeTheSameDirectory() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Path directory = temporary.resolve(round + "/a/b/c/d");
                CyclicBarrier together = new CyclicBarrier(THREADS);
                List<Future<?>> makers = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    makers.add(threads.submit(() -> {
                        together.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        Storage.of(directory).createDirectory();
                        return null;
                    }));
                }
                for (Future<?> maker : makers) {
                    maker.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
                assertThat(directory).isDirectory();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aFileIsNoDirectory() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(() -> Storage.of(file).createDirectory()).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).isRegularFile();
    }
}
