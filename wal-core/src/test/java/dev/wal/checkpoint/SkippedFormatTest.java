package dev.wal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.GoldenBytes;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The file of what a listener has skipped, compared with documented bytes. */
class SkippedFormatTest {
    private static final Instant TIME = Instant.EPOCH.plus(GoldenBytes.TIME_MICROS, ChronoUnit.MICROS);
    private static final SkippedChanges CHANGES = new SkippedChanges(
            102,
            List.of(
                    new SkippedChange(TIME, 20_672, 7, 1, "accounts", Long.MIN_VALUE, 1, "E", ""),
                    new SkippedChange(
                            TIME,
                            21_096,
                            9,
                            0,
                            "grüße",
                            -9223363240761753599L,
                            10,
                            "java.io.IOException",
                            "no route")));
    private static final byte[] GOLDEN = GoldenBytes.v1("skipped");

    private static SkippedChanges decode(byte[] bytes) {
        return SkippedFormat.decode(ByteBuffer.wrap(bytes), GoldenBytes.CONSUMER, GoldenBytes.LOG_ID, "file");
    }

    private static byte[] encode(SkippedChanges changes) {
        ByteBuffer written = SkippedFormat.encode(GoldenBytes.CONSUMER, changes, GoldenBytes.LOG_ID);
        byte[] bytes = new byte[written.remaining()];
        written.get(bytes);
        return bytes;
    }

    private static SkippedChange change(long position, String text) {
        return new SkippedChange(TIME, position, position, 3, text, -1, 2, text, text);
    }

    @Test
    void theDocumentedFileIsRead() {
        assertThat(decode(GOLDEN)).isEqualTo(CHANGES);
    }

    @Test
    void theDocumentedFileIsWritten() {
        assertThat(encode(CHANGES)).isEqualTo(GOLDEN);
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
    void theFileOfAnotherListenerOrLogIsReported() {
        assertThatThrownBy(() -> SkippedFormat.decode(ByteBuffer.wrap(GOLDEN), "other", GoldenBytes.LOG_ID, "file"))
                .isInstanceOf(WalException.class)
                .hasMessageContaining("another listener");
        assertThatThrownBy(() -> SkippedFormat.decode(ByteBuffer.wrap(GOLDEN), GoldenBytes.CONSUMER, 1, "file"))
                .isInstanceOf(WalException.class)
                .hasMessageContaining("another log");
    }

    @Test
    void theLastHundredAreRememberedAndAllAreCounted() {
        SkippedChanges changes = SkippedChanges.NONE;
        for (int i = 0; i < 250; i++) {
            changes = changes.with(change(i, "é".repeat(2_000)));
        }
        SkippedChanges read = decode(encode(changes));

        assertThat(read.total()).isEqualTo(250);
        assertThat(read.last()).hasSize(100);
        assertThat(read.last().get(0).position()).isEqualTo(150);
        assertThat(read.last().get(99).position()).isEqualTo(249);
        assertThat(read.last())
                .allSatisfy(change -> assertThat(change.message()).isEqualTo("é".repeat(500)));
    }

    @Test
    void aTextIsNotCutWithinACharacter() {
        String text = "a" + "é".repeat(2_000);
        SkippedChanges read = decode(encode(SkippedChanges.NONE.with(change(1, text))));

        String table = read.last().get(0).table();
        assertThat(text).startsWith(table);
        assertThat(table.getBytes(StandardCharsets.UTF_8)).hasSize(999);
    }

    @Test
    void aChangeThatComesAgainIsCountedOnce() {
        SkippedChanges changes = SkippedChanges.NONE
                .with(change(1, "first"))
                .with(change(2, "second"))
                .with(change(1, "again"));

        assertThat(changes.total()).isEqualTo(2);
        assertThat(changes.last()).extracting(SkippedChange::message).containsExactly("second", "again");
    }

    @Test
    void whatIsBehindTheEndOfACopyIsLeftOut() {
        SkippedChanges changes = SkippedChanges.NONE.with(change(1, "first")).with(change(2, "second"));

        assertThat(changes.before(2).total()).isEqualTo(1);
        assertThat(changes.before(2).last()).extracting(SkippedChange::message).containsExactly("first");
        assertThat(changes.before(3)).isEqualTo(changes);
    }
}
