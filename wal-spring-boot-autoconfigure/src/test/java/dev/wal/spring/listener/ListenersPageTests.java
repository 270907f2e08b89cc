package dev.wal.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.listener.ListenerOptions;
import dev.wal.listener.WalListeners;
import dev.wal.record.Row;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalListenerAutoConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The examples of the page about listeners, compiled and run. */
class ListenersPageTests {
    private static final Path PAGE = Path.of("..", "docs", "listeners.md");
    private static final Path THIS =
            Path.of("src", "test", "java", "dev", "wal", "spring", "listener", "ListenersPageTests.java");

    @TempDir
    Path directory;

    static class Index {
        private final BlockingQueue<Long> updated = new LinkedBlockingQueue<>();

        void update(long rowId, WalRecord.Data record) {
            assertThat(record.rowId()).isEqualTo(rowId);
            updated.add(rowId);
        }

        void handle(WalChange change) {
            update(change.rowId(), change.record());
        }

        private void assertUpdated(long rowId) throws InterruptedException {
            assertThat(updated.poll(30, TimeUnit.SECONDS)).isEqualTo(rowId);
        }
    }

    static class Search {
        private final Index index = new Index();

        @WalListener(id = "search-index", tables = "products")
        public void on(WalChange change) {
            index.update(change.rowId(), change.record());
        }
    }

    @Test
    void theExampleWithSpringUpdatesItsIndex() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(WalAutoConfiguration.class, WalListenerAutoConfiguration.class))
                .withBean(Search.class)
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB")
                .run(context -> {
                    context.getBean(WalManager.class).logInsert("products", 0, 5, Row.of());
                    context.getBean(Search.class).index.assertUpdated(5);
                });
    }

    @Test
    void theExampleWithoutSpringUpdatesItsIndex() throws InterruptedException {
        Index index = new Index();
        try (WalManager wal = WalManager.open(
                WalOptions.builder(directory).segmentSize(64 * 1024).build())) {
            WalListeners listeners = new WalListeners(wal);
            listeners.add(
                    ListenerOptions.builder("search-index").tables("products").build(), index::handle);
            listeners.start("search-index");
            wal.logInsert("products", 0, 5, Row.of());
            index.assertUpdated(5);
            listeners.close();
        }
    }

    @Test
    void thePageShowsTheExamplesAsTheyAreHere() throws IOException {
        String[] parts = Files.readString(PAGE).split("```");
        List<String> lines = new ArrayList<>();
        for (String part : parts) {
            if (part.startsWith("java\n")) {
                Arrays.stream(part.substring("java\n".length()).split("\n"))
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .forEach(lines::add);
            }
        }
        // As one line, because the format of the source breaks lines elsewhere.
        String source = String.join(
                "", Files.readAllLines(THIS).stream().map(String::strip).toList());

        assertThat(lines)
                .hasSizeGreaterThan(5)
                .allSatisfy(line -> assertThat(source).contains(line));
    }
}
