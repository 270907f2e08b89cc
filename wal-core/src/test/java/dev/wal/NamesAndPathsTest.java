package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wal.listener.ListenerOptions;
import dev.wal.listener.WalListeners;
import dev.wal.record.Row;
import dev.wal.record.WalChange;
import dev.wal.state.WalState;
import dev.wal.state.WalStates;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever tables, states and consumers are called: there is nothing but the log's own files in its directory afterwards, and nothing new outside. */
class NamesAndPathsTest {
    private static final Pattern OWN_FILE =
            Pattern.compile("wal\\.(lock|manifest)|segment-\\d{10}\\.wal(\\.tmp)?|snapshot-\\d{5}-\\d{19}\\.snap");

    @TempDir
    Path temporary;

    private Path log;

    static List<String> odd() {
        return List.of(
                "",
                ".",
                "..",
                "../x",
                "../../x",
                "/",
                "/x",
                "x/y",
                "x\\y",
                "..\\x",
                "x\0y",
                "\n",
                " ",
                "~",
                "*",
                "-",
                "ü",
                "ü/../../x",
                "\ud83d\ude00",
                "x".repeat(300),
                "x".repeat(70_000),
                "wal.manifest/../../x",
                "%2e%2e%2fx");
    }

    @BeforeEach
    void besideOtherFiles() throws IOException {
        log = temporary.resolve("parent").resolve("log");
        Files.createDirectories(log);
        Files.writeString(temporary.resolve("x"), "not yours");
        Files.writeString(log.getParent().resolve("x"), "nor this");
    }

    @AfterEach
    void nothingIsElsewhere() throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            assertThat(files.filter(file -> !file.startsWith(log)))
                    .containsExactlyInAnyOrder(
                            temporary,
                            temporary.resolve("x"),
                            log.getParent(),
                            log.getParent().resolve("x"));
        }
        assertThat(temporary.resolve("x")).hasContent("not yours");
        assertThat(log.getParent().resolve("x")).hasContent("nor this");
        try (Stream<Path> files = Files.list(log)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .allSatisfy(name -> assertThat(name).matches(OWN_FILE));
        }
    }

    @ParameterizedTest
    @MethodSource("odd")
    void tables(String name) {
        boolean tooLong = name.length() > 65_535;
        try (WalManager wal = Logs.open(Storage.of(log))) {
            if (tooLong) {
                assertThatIllegalArgumentException().isThrownBy(() -> wal.logInsert(name, 0, 1, Row.of()));
            } else {
                wal.logInsert(name, 0, 1, Row.of());
                wal.checkpointAll();
                assertThat(Logs.commitRow(wal, 0, 2)).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("odd")
    void states(String name) {
        for (int life = 0; life < 2; life++) {
            NamedState state = new NamedState(name);
            try (WalManager wal = Logs.open(Storage.of(log))) {
                try {
                    WalStates.attach(wal, List.of(state));
                    wal.logInsert(name, 0, life, Row.of());
                    wal.checkpointAll();
                } catch (IllegalArgumentException e) {
                    assertThat(name).hasSizeGreaterThan(65_535);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("odd")
    void consumers(String id) {
        try (WalManager wal = Logs.open(Storage.of(log))) {
            Logs.commitRow(wal, 0, 1);

            assertThatIllegalArgumentException().isThrownBy(() -> wal.tail(id, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> wal.resetConsumer(id, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> wal.removeConsumer(id));
            assertThatIllegalArgumentException().isThrownBy(() -> wal.skips().of(id));
        }
    }

    @ParameterizedTest
    @MethodSource("odd")
    void listeners(String id) {
        try (WalManager wal = Logs.open(Storage.of(log));
                WalListeners listeners = new WalListeners(wal)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> listeners.add(ListenerOptions.builder(id).build(), change -> {}));
            assertThatIllegalArgumentException().isThrownBy(() -> listeners.start(id));
        }
    }

    /** A state or a storage of one's own asks for files by name. */
    @ParameterizedTest
    @MethodSource("leadElsewhere")
    void filesOfTheStorage(String name) {
        Storage storage = Storage.of(log);

        assertThatIllegalArgumentException().isThrownBy(() -> storage.create(name));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.open(name));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.size(name));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.delete(name));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.rename(name, "wal.manifest"));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.rename("wal.manifest", name));
    }

    static List<String> leadElsewhere() {
        return List.of("", ".", "..", "../x", "../../x", "/", "/x", "x/y", "x\0y", "ü/../../x", "wal.manifest/../../x");
    }

    /** Keeps nothing but its name. */
    private record NamedState(String name) implements WalState {
        @Override
        public Set<String> tables() {
            return Set.of(name);
        }

        @Override
        public void apply(WalChange change) {}

        @Override
        public Frozen freeze(int partition) {
            return out -> out.write(1);
        }

        @Override
        public void restore(int partition, InputStream snapshot) throws IOException {
            snapshot.readAllBytes();
        }
    }
}
