package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.WalException;
import dev.wal.common.WalFailedException;
import dev.wal.common.WalSpaceException;
import dev.wal.storage.FileNames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** A small file system of its own that is really full. Needs to be allowed to mount one (ext4 in a file). */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskFullIT {
    private static final int SEGMENT_SIZE = 256 * 1024;

    @TempDir(cleanup = CleanupMode.NEVER)
    static Path work;

    private Path mountPoint;
    private Path directory;
    private Path filler;
    private long nextRow;

    @BeforeEach
    void mount() throws IOException {
        Path image = Files.createTempFile(work, "disk", ".img");
        mountPoint = Files.createTempDirectory(work, "mount");
        Files.write(image, new byte[6 << 20]);
        try {
            run("mkfs.ext4", "-q", "-F", image.toString());
            asRoot("mount", "-o", "loop", image.toString(), mountPoint.toString());
            asRoot("chmod", "777", mountPoint.toString());
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw new IOException("The build must be able to mount a file system", e);
            }
            throw new TestAbortedException("No file system can be mounted here: " + e.getMessage(), e);
        }
        directory = mountPoint.resolve("log");
        filler = mountPoint.resolve("filler");
    }

    @AfterEach
    void unmount() throws IOException {
        if (directory != null) {
            asRoot("umount", mountPoint.toString());
        }
    }

    private static void asRoot(String... command) throws IOException {
        if (System.getProperty("user.name").equals("root")) {
            run(command);
        } else {
            List<String> withSudo = new ArrayList<>(List.of("sudo", "-n"));
            withSudo.addAll(List.of(command));
            run(withSudo.toArray(String[]::new));
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private WalManager open() {
        return WalManager.open(WalOptions.builder(directory)
                .partitions(Logs.PARTITIONS)
                .segmentSize(SEGMENT_SIZE)
                .build());
    }

    private void fillDisk() throws IOException {
        try (OutputStream out = Files.newOutputStream(filler)) {
            for (int size = 1 << 16; size >= 1024; size /= 2) {
                fill(out, size);
            }
        }
    }

    private static void fill(OutputStream out, int size) {
        byte[] block = new byte[size];
        try {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private void commit(WalManager wal) {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(Logs.TABLE, 0, nextRow, Logs.large(10_000));
            transaction.commit();
            nextRow++;
        }
    }

    private List<Long> rows() {
        try (WalManager wal = open()) {
            return Logs.replayedRows(wal);
        }
    }

    private List<Long> acknowledged() {
        List<Long> rows = new ArrayList<>();
        for (long row = 0; row < nextRow; row++) {
            rows.add(row);
        }
        return rows;
    }

    @Test
    void commitsAreRefusedWhileNoSegmentCanBeMadeAndTakenAgainWhenThereIsSpace() throws IOException {
        try (WalManager wal = open()) {
            commit(wal);
            awaitSpare();
            fillDisk();

            assertThatThrownBy(() -> {
                        while (true) {
                            commit(wal);
                        }
                    })
                    .isInstanceOf(WalSpaceException.class)
                    .hasMessageContaining("Nothing of this call was written");
            assertThat(wal.status().state()).isEqualTo(WalStatus.State.OPEN);
            assertThat(Logs.replayedRows(wal)).isEqualTo(acknowledged());

            Files.delete(filler);
            commitOnceThereIsSpace(wal);
            assertThat(Logs.replayedRows(wal)).isEqualTo(acknowledged());
        }
        assertThat(rows()).isEqualTo(acknowledged());
    }

    /** A refusal may still tell of the attempt before. */
    private void commitOnceThereIsSpace(WalManager wal) {
        long before = nextRow;
        while (nextRow == before) {
            try {
                commit(wal);
            } catch (WalSpaceException notYet) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aTailThatFindsNoSpaceEndsTheLogAndLosesNothing() throws IOException {
        try (WalManager wal = open()) {
            commit(wal);
            awaitSpare();
            // What a file system that copies on write does: the blocks of the segment are not its own.
            Path tail = directory.resolve(FileNames.segment(1));
            run("fallocate", "--punch-hole", "--offset", "65536", "--length", "131072", tail.toString());
            fillDisk();

            assertThatThrownBy(() -> {
                        while (true) {
                            commit(wal);
                        }
                    })
                    .isInstanceOf(WalException.class)
                    .isNotInstanceOf(WalSpaceException.class)
                    .hasRootCauseMessage("No space left on device");
            assertThatThrownBy(() -> commit(wal)).isInstanceOf(WalFailedException.class);
        }
        Files.delete(filler);
        assertThat(rows()).startsWith(acknowledged().toArray(Long[]::new)).hasSizeLessThan((int) nextRow + 2);
    }

    private void awaitSpare() {
        while (!Files.exists(directory.resolve(FileNames.segment(2)))) {
            Thread.onSpinWait();
        }
    }
}
