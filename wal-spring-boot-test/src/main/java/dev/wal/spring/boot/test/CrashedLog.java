package dev.wal.spring.boot.test;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A log as it would be found if its process were killed now: a copy of its files as the operating system has them, made without the log being told. Transactions that are open are in it as a kill leaves them, which is not at all; nothing
 * was closed, and the next open has everything to do that it has after a kill.
 *
 * <p>This is what it is, and no more. It does <em>not</em> simulate a power cut: what was written and not forced is in the copy, so that a test of {@code periodic} or {@code no-sync} learns nothing about what power takes. It does not tear writes,
 * damage bytes or fill disks; the tests of the engine do, at every point. And the copy is made file by file: nobody may commit or take a checkpoint meanwhile, or the copy may mix two moments, which opening it would then report as damage.
 *
 * <pre>{@code
 * try (CrashedLog crashed = CrashedLog.of(log);
 *         ConfigurableApplicationContext restarted = crashed.start(LedgerApplication.class)) {
 *     assertThat(restarted.getBean(Accounts.class).balance(1)).isEqualTo(100);
 * }
 * }</pre>
 */
public final class CrashedLog implements AutoCloseable {
    private static final String LOCK_FILE = "wal.lock";
    private static final int MOST_ATTEMPTS = 10;

    private final Path directory;
    private final WalOptions options;

    private CrashedLog(Path directory, WalOptions options) {
        this.directory = directory;
        this.options = options;
    }

    /** Copies the files of a log, which goes on undisturbed. */
    public static CrashedLog of(WalManager log) {
        Path target = TemporaryDirectories.create();
        try {
            for (int attempt = 1; !copied(log.status().directory(), target); attempt++) {
                // A file was renamed meanwhile: the next segment is made in the background.
                if (attempt == MOST_ATTEMPTS) {
                    throw new IllegalStateException("The log in " + log.status().directory()
                            + " changes all the time. Let nobody write to it while it is copied.");
                }
            }
        } catch (IOException e) {
            TemporaryDirectories.delete(target);
            throw new UncheckedIOException("The log in " + log.status().directory() + " could not be copied", e);
        }
        return new CrashedLog(target, log.options());
    }

    private static boolean copied(Path source, Path target) throws IOException {
        TemporaryDirectories.delete(target);
        Files.createDirectory(target);
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (!file.getFileName().toString().equals(LOCK_FILE)) {
                    Files.copy(file, target.resolve(file.getFileName()));
                }
            }
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Where the copy is. */
    public Path directory() {
        return directory;
    }

    /** Opens the copy as a log, with the partitions, durability and segment size that the original has. The caller closes it. */
    public WalManager open() {
        return WalManager.open(WalOptions.builder(directory)
                .partitions(options.partitions())
                .durability(options.durability())
                .segmentSize(options.segmentSize())
                .recoveryMode(options.recoveryMode())
                .build());
    }

    /**
     * Starts an application on the copy, as its restart. The caller closes it.
     *
     * @param properties as {@code name=value}, such as {@code server.port=0}; {@code wal.directory} is set
     */
    public ConfigurableApplicationContext start(Class<?> application, String... properties) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--wal.directory=" + directory);
        arguments.add("--wal.partitions=" + options.partitions());
        Arrays.stream(properties).map(property -> "--" + property).forEach(arguments::add);
        return new SpringApplicationBuilder(application).run(arguments.toArray(String[]::new));
    }

    /** Deletes the copy. */
    @Override
    public void close() {
        TemporaryDirectories.delete(directory);
    }
}
