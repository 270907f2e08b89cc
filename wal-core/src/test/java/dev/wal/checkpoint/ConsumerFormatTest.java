package dev.wal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.GoldenBytes;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The file of a consumer, compared with documented bytes. */
class ConsumerFormatTest {
    private static final ConsumerPosition CONSUMER = new ConsumerPosition(GoldenBytes.CONSUMER, 21_096, 20_672);
    private static final byte[] GOLDEN = GoldenBytes.v1("consumer");

    private static ConsumerPosition decode(byte[] bytes) {
        return ConsumerFormat.decode(ByteBuffer.wrap(bytes), GoldenBytes.CONSUMER, GoldenBytes.LOG_ID, "file");
    }

    @Test
    void theDocumentedFileIsRead() {
        assertThat(decode(GOLDEN)).isEqualTo(CONSUMER);
    }

    @Test
    void theDocumentedFileIsWritten() {
        ByteBuffer written = ConsumerFormat.encode(CONSUMER, GoldenBytes.LOG_ID);
        byte[] bytes = new byte[written.remaining()];
        written.get(bytes);

        assertThat(bytes).isEqualTo(GOLDEN);
    }

    @Test
    void everyFlippedBitAndEveryCutIsFound() {
        for (int at = 0; at < GOLDEN.length; at++) {
            byte[] cut = Arrays.copyOf(GOLDEN, at);
            assertThatThrownBy(() -> decode(cut)).isInstanceOf(WalCorruptedException.class);
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = GOLDEN.clone();
                flipped[at] ^= (byte) (1 << bit);
                assertThatThrownBy(() -> decode(flipped)).isInstanceOf(WalCorruptedException.class);
            }
        }
    }

    @Test
    void theFileOfAnotherConsumerOrLogIsReported() {
        assertThatThrownBy(() -> ConsumerFormat.decode(ByteBuffer.wrap(GOLDEN), "other", GoldenBytes.LOG_ID, "file"))
                .isInstanceOf(WalException.class)
                .hasMessageContaining("another consumer");
        assertThatThrownBy(() -> ConsumerFormat.decode(ByteBuffer.wrap(GOLDEN), GoldenBytes.CONSUMER, 1, "file"))
                .isInstanceOf(WalException.class)
                .hasMessageContaining("another log");
    }
}
