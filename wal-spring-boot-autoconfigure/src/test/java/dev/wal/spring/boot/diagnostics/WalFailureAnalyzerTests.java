package dev.wal.spring.boot.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.AutomaticCheckpoints;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.common.WalSpaceException;
import dev.wal.listener.WalListeners;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.FailingStorage;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.boot.autoconfigure.WalOptionsCustomizer;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.stereotype.Component;

/** What an application says whose log cannot be opened, or is missing. */
@ExtendWith(OutputCaptureExtension.class)
class WalFailureAnalyzerTests {
    private static final int SEGMENT_SIZE = 64 * 1024;

    private static final int SEGMENT_HEADER = 4096;

    /** Of the manifest; its checksum is in its last four bytes. */
    private static final int MANIFEST_VERSION_OFFSET = 8;

    @TempDir
    Path directory;

    private String analysis(CapturedOutput output, Class<?>... sources) {
        return FailedStart.analysis(
                output,
                List.of(sources),
                "wal.directory=" + directory,
                "test.directory=" + directory,
                "wal.segment.size=64KB");
    }

    private WalOptions options() {
        return WalOptions.builder(directory).segmentSize(SEGMENT_SIZE).build();
    }

    @Test
    void aLockedDirectorySaysWhoOwnsItAndWhatToDo(CapturedOutput output) {
        try (WalManager owner = WalManager.open(options())) {
            assertThat(owner.status().directory()).isEqualTo(directory);

            assertThat(analysis(output))
                    .contains(
                            directory.toString(),
                            "in use by another open log of this process",
                            "wal.lock",
                            "wal.directory",
                            "wal.lock-wait");
        }
    }

    @Test
    void corruptionNamesTheFileAndThePosition(CapturedOutput output) throws Exception {
        Path segment = directory.resolve("segment-0000000001.wal");
        try (WalManager log = WalManager.open(options())) {
            for (int i = 0; i < 10; i++) {
                log.logInsert("audit", 0, i, Row.of(Value.of("text")));
            }
        }
        byte[] bytes = Files.readAllBytes(segment);
        bytes[SEGMENT_HEADER + 40] ^= 1;
        Files.write(segment, bytes);

        assertThat(analysis(output))
                .contains(segment.toString(), "position", "wal-cli verify", "wal-cli salvage", "stop-at-damage");
    }

    @Test
    void anUnknownFormatNamesTheFileAndTheVersion(CapturedOutput output) throws Exception {
        WalManager.open(options()).close();
        Path manifest = directory.resolve("wal.manifest");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(manifest)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MANIFEST_VERSION_OFFSET, 99);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.duplicate().limit(bytes.capacity() - Integer.BYTES));
        bytes.putInt(bytes.capacity() - Integer.BYTES, (int) checksum.getValue());
        Files.write(manifest, bytes.array());

        assertThat(analysis(output))
                .contains(manifest.toString(), "format version 99", "Start a version of the application that knows");
    }

    @Test
    void anotherNumberOfPartitionsNamesBoth(CapturedOutput output) {
        WalManager.open(WalOptions.builder(directory)
                        .segmentSize(SEGMENT_SIZE)
                        .partitions(8)
                        .build())
                .close();

        assertThat(analysis(output)).contains(directory.toString(), "has 8 partitions", "4", "Set wal.partitions=8");
    }

    @Test
    void aFullDiskSaysHowMuchIsNeeded(CapturedOutput output) {
        assertThat(analysis(output, FullDisk.class))
                .contains(directory.toString(), "No space left on device", "Free space", "wal.segment.size");
    }

    @Test
    void aDirectoryThatMayNotBeWrittenNamesTheUser(CapturedOutput output) {
        assertThat(analysis(output, DeniedDirectory.class))
                .contains(directory.toString(), System.getProperty("user.name"), "right to write");
    }

    @Test
    void aDiskThatIsMountedForReadingSaysSo(CapturedOutput output) {
        assertThat(analysis(output, ReadOnlyDisk.class))
                .contains("Read-only file system", "mount the volume for writing");
    }

    @Test
    void aFileWhereADirectoryShouldBeSaysSo(CapturedOutput output) throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        String analysis = FailedStart.analysis(output, List.of(), "wal.directory=" + file.resolve("log"));

        assertThat(analysis).contains(file.toString(), "There is a file where the directory");
    }

    @Test
    void anotherFailureOfTheDiskSaysThatNothingIsLost(CapturedOutput output) {
        assertThat(analysis(output, BrokenDisk.class)).contains("Input/output error", "Nothing was lost by this start");
    }

    @Test
    void aCommitThatFailsAtTheStartIsNotCalledAFailureToOpen(CapturedOutput output) {
        assertThat(analysis(output, CommitsAtTheStart.class)).doesNotContain("could not be opened");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {UsesManager.class, UsesTemplate.class, UsesMaps.class, UsesListeners.class, UsesCheckpoints.class
            })
    void aDisabledLogThatIsUsedNamesThePropertyAndTheUser(Class<?> user, CapturedOutput output) {
        String analysis = FailedStart.analysis(output, List.of(user), "wal.enabled=false");

        assertThat(analysis)
                .contains(
                        user.getSimpleName(),
                        "wal.enabled is false",
                        "ObjectProvider<",
                        "@ConditionalOnBooleanProperty");
    }

    @Test
    void anotherMissingBeanIsLeftToOthers() {
        assertThatThrownBy(() -> new SpringApplicationBuilder(UsesSomethingElse.class)
                        .web(WebApplicationType.NONE)
                        .run("--wal.enabled=false"))
                .satisfies(failure -> assertThat(new WalDisabledFailureAnalyzer(
                                        new MockEnvironment().withProperty("wal.enabled", "false"))
                                .analyze(failure))
                        .isNull());
    }

    private static Storage failingToCreateItsDirectory(Path directory, IOException failure) {
        Storage real = Storage.of(directory);
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("createDirectory")) {
                        throw failure;
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class FullDisk {
        @Bean
        WalOptionsCustomizer storage(Environment environment) {
            Path path = Path.of(environment.getRequiredProperty("test.directory"));
            FailingStorage storage = new FailingStorage(path);
            storage.failCreations(true);
            return options -> options.storage(storage);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class DeniedDirectory {
        @Bean
        WalOptionsCustomizer storage(Environment environment) {
            Path path = Path.of(environment.getRequiredProperty("test.directory"));
            return options ->
                    options.storage(failingToCreateItsDirectory(path, new AccessDeniedException(path.toString())));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ReadOnlyDisk {
        @Bean
        WalOptionsCustomizer storage(Environment environment) {
            Path path = Path.of(environment.getRequiredProperty("test.directory"));
            return options ->
                    options.storage(failingToCreateItsDirectory(path, new IOException("Read-only file system")));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class BrokenDisk {
        @Bean
        WalOptionsCustomizer storage(Environment environment) {
            Path path = Path.of(environment.getRequiredProperty("test.directory"));
            return options -> options.storage(failingToCreateItsDirectory(path, new IOException("Input/output error")));
        }
    }

    @Component
    static class UsesManager {
        UsesManager(WalManager log) {}
    }

    @Component
    static class UsesTemplate {
        UsesTemplate(WalTemplate template) {}
    }

    @Component
    static class UsesMaps {
        UsesMaps(DurableMaps maps) {}
    }

    @Component
    static class UsesListeners {
        UsesListeners(WalListeners listeners) {}
    }

    @Component
    static class UsesCheckpoints {
        UsesCheckpoints(AutomaticCheckpoints checkpoints) {}
    }

    /** What a runner or a bean meets that commits while the application starts. */
    @Configuration(proxyBeanMethods = false)
    static class CommitsAtTheStart {
        @Bean
        ApplicationRunner commits(WalManager log) {
            return arguments -> {
                throw new WalSpaceException("commits are refused", null);
            };
        }
    }

    @Component
    static class UsesSomethingElse {
        UsesSomethingElse(StringBuilder missing) {}
    }
}
