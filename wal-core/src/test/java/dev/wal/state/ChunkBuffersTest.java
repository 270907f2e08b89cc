package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.checkpoint.SnapshotFormat;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ChunkBuffersTest {
    private final ChunkBuffers buffers = new ChunkBuffers();

    @Test
    void oneThatWasGivenBackIsTakenAgainEmpty() {
        ByteBuffer buffer = buffers.take();
        buffer.putLong(1).flip();
        buffers.give(buffer);

        ByteBuffer again = buffers.take();

        assertThat(again).isSameAs(buffer);
        assertThat(again.position()).isZero();
        assertThat(again.remaining()).isEqualTo(SnapshotFormat.MAX_CHUNK_SIZE);
    }

    @Test
    void twoThatAreInUseAreNotTheSame() {
        assertThat(buffers.take()).isNotSameAs(buffers.take());
    }
}
