package dev.wal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that belongs to somebody else: read, and left alone. */
class ReadOnlyStorageTest {
    @TempDir
    private Path directory;

    private void assertRefused(ThrowingCallable change) {
        assertThatThrownBy(change)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining(directory.toString());
    }

    @Test
    void filesAreListedAndRead() throws IOException {
        Files.write(directory.resolve("b"), new byte[] {1, 2, 3});
        Files.write(directory.resolve("a"), new byte[0]);
        Storage storage = Storage.readOnly(directory);

        assertThat(storage.list()).containsExactly("a", "b");
        try (StorageFile file = storage.open("b")) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(4);
            assertThat(file.read(bytes, 1)).isEqualTo(2);
            assertThat(bytes.get(0)).isEqualTo((byte) 2);
        }
    }

    @Test
    void everythingThatWouldChangeItIsRefused() throws IOException {
        Files.write(directory.resolve("a"), new byte[] {1});
        Storage storage = Storage.readOnly(directory);

        assertRefused(storage::createDirectory);
        assertRefused(() -> storage.create("b"));
        assertRefused(() -> storage.rename("a", "b"));
        assertRefused(() -> storage.delete("a"));
        assertRefused(storage::forceDirectory);
        assertRefused(() -> storage.lock(Duration.ZERO));
        try (StorageFile file = storage.open("a")) {
            assertThatThrownBy(() -> file.write(ByteBuffer.allocateDirect(1), 0))
                    .isInstanceOf(NonWritableChannelException.class);
        }
        assertThat(Files.readAllBytes(directory.resolve("a"))).containsExactly(1);
    }

    @Test
    void anOwnerIsSeenWhileItHasTheDirectoryAndLosesNothingByBeingAskedFor() throws IOException {
        DirectoryOwner owner = DirectoryOwner.of(directory);
        Storage own = Storage.of(directory);

        assertThat(owner.isPresent()).isFalse();
        try (Closeable lock = own.lock(Duration.ZERO)) {
            assertThat(lock).isNotNull();
            assertThat(owner.isPresent()).isTrue();
            assertThat(owner.isPresent()).isTrue();
            assertThatThrownBy(() -> own.lock(Duration.ZERO)).hasMessageContaining("in use");
        }
        assertThat(owner.isPresent()).isFalse();
        own.lock(Duration.ZERO).close();
    }
}
