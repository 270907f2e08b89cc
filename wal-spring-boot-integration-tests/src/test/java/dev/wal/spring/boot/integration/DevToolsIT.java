package dev.wal.spring.boot.integration;

import dev.wal.spring.boot.integration.devtools.RestartedLedger;
import dev.wal.spring.boot.integration.devtools.kept.Loaders;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spring Boot's development tools restart an application, in its process, when one of its class files has changed: with a new class loader for its classes, and the old one for libraries. The log is let go
 * of, comes back with values of the new classes, and keeps nothing of the old ones.
 */
class DevToolsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    private Process process;

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void aRestartGivesTheLogBackWithValuesOfTheNewClassesAndKeepsNothingOfTheOldOnes() throws Exception {
        Path changed = copyClasses(RestartedLedger.class, "classes");
        copyClasses(Loaders.class, "kept");
        Files.writeString(
                Files.createDirectories(directory.resolve("classes/META-INF")).resolve("spring-devtools.properties"),
                "restart.exclude.kept=/kept/\n");
        start();

        for (int starts = 1; starts <= 4; starts++) {
            awaitPrinted("STARTED " + starts + " by RestartClassLoader");
            // The first is not counted.
            awaitPrinted("CLASS LOADERS ALIVE " + (starts == 1 ? 0 : 1), starts == 1 ? 1 : starts - 1);
            Files.setLastModifiedTime(
                    changed,
                    FileTime.from(Files.getLastModifiedTime(changed).toInstant().plusSeconds(10)));
        }
    }

    /** The class files of a package in a directory of their own. */
    private Path copyClasses(Class<?> type, String name) throws Exception {
        Path relative = Path.of(type.getPackageName().replace('.', '/'));
        Path classes = Path.of(
                        type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .resolve(relative);
        Path target = Files.createDirectories(directory.resolve(name).resolve(relative));
        try (Stream<Path> files = Files.list(classes).filter(Files::isRegularFile)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
        return target.resolve(type.getSimpleName() + ".class");
    }

    private void start() throws IOException {
        String own = Path.of("target").toAbsolutePath().toString();
        String libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.startsWith(own))
                .collect(Collectors.joining(File.pathSeparator));
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        // What is only softly referred to goes with the next collection.
                        "-XX:SoftRefLRUPolicyMSPerMB=0",
                        "-cp",
                        directory.resolve("classes") + "/" + File.pathSeparator + directory.resolve("kept") + "/"
                                + File.pathSeparator + libraries,
                        RestartedLedger.class.getName(),
                        "--spring.main.banner-mode=off",
                        "--server.port=0",
                        "--spring.devtools.livereload.enabled=false",
                        "--spring.devtools.restart.poll-interval=200ms",
                        "--spring.devtools.restart.quiet-period=100ms",
                        "--wal.segment.size=64KB",
                        "--wal.directory=" + directory.resolve("wal"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("printed.txt").toFile())
                .start();
    }

    private void awaitPrinted(String text) {
        awaitPrinted(text, 1);
    }

    private void awaitPrinted(String text, int times) {
        try {
            Awaitility.await(text)
                    .atMost(PATIENCE)
                    .failFast("the application ended", () -> !process.isAlive())
                    .until(() -> printed()
                                    .lines()
                                    .filter(line -> line.contains(text))
                                    .count()
                            >= times);
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            throw new AssertionError(printed(), e);
        }
    }

    private String printed() {
        try {
            return Files.readString(directory.resolve("printed.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
