package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wal.SnapshotFile;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotWriterTest {
    private static final String NAME = "snapshot-00000-0000000000000000064.snap";

    private final MemoryStorage storage = new MemoryStorage();

    @Test
    void aStateThatKeepsItsStreamDoesNotWriteIntoWhatComesAfterIt() throws IOException {
        SnapshotFile file = new SnapshotFile(storage, NAME, 1, 0, 1, 64, 0);
        try (SnapshotWriter writer = new SnapshotWriter(file, new ChunkBuffers().take())) {
            OutputStream kept = writer.startState("first", Set.of("a"));
            kept.write(1);
            writer.endState();
            OutputStream second = writer.startState("second", Set.of("b"));
            second.write(2);

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> kept.write(3))
                    .withMessageContaining(NAME);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> kept.write(new byte[10]));

            writer.endState();
            writer.finish();
        }
        Snapshots.verify(file);
    }
}
