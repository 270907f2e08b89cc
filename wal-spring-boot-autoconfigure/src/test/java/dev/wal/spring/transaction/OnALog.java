package dev.wal.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests on a new log each, after which nothing may be bound to the thread. */
abstract class OnALog {
    @TempDir
    Path directory;

    LogFixture fixture;

    @BeforeEach
    final void open() {
        fixture = new LogFixture(directory);
    }

    @AfterEach
    final void nothingStaysBound() {
        assertThat(LogFixture.nothingIsBound()).isTrue();
        fixture.close();
    }
}
