package dev.wal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.GoldenBytes;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalFormatException;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The manifest, compared with documented bytes. */
class ManifestTest {
    private static final String NEWEST = FileNames.snapshot(1, 5000);
    private static final String OLDER = FileNames.snapshot(1, 4096);
    private static final Manifest MANIFEST = new Manifest(
            GoldenBytes.LOG_ID,
            1,
            1,
            4096,
            List.of(
                    new Manifest.Partition(0, List.of()),
                    new Manifest.Partition(
                            0,
                            List.of(
                                    new PartitionCheckpoint(9, 5000, 4500, GoldenBytes.TIME_MICROS, NEWEST),
                                    new PartitionCheckpoint(5, 4096, 4096, GoldenBytes.TIME_MICROS - 1, OLDER))),
                    new Manifest.Partition(
                            12, List.of(new PartitionCheckpoint(12, 4096, 4096, GoldenBytes.TIME_MICROS, "")))));

    private static Manifest decode(byte[] bytes) {
        return ManifestFormat.decode(ByteBuffer.wrap(bytes), "file");
    }

    /** Bytes whose checksum is right, whatever they say. */
    private static byte[] withChecksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 4, (int) checksum.getValue());
        return bytes;
    }

    @Test
    void theDocumentedManifestIsRead() {
        assertThat(decode(GoldenBytes.v1("manifest"))).isEqualTo(MANIFEST);
    }

    @Test
    void theDocumentedManifestIsWritten() {
        ByteBuffer written = ManifestFormat.encode(MANIFEST);
        byte[] bytes = new byte[written.remaining()];
        written.get(bytes);

        assertThat(bytes).isEqualTo(GoldenBytes.v1("manifest"));
    }

    @Test
    void aManifestOfALaterVersionIsToldApartFromADamagedOne() {
        byte[] later = GoldenBytes.v1("manifest");
        later[8] = 2;
        assertThatThrownBy(() -> decode(later)).isInstanceOf(WalCorruptedException.class);

        withChecksum(later);

        assertThatThrownBy(() -> decode(later))
                .isInstanceOf(WalFormatException.class)
                .hasMessageContaining("version 2");
    }

    @Test
    void aFeatureThatMustBeUnderstoodIsRefusedAndOneThatNeedNotIsIgnored() {
        byte[] must = GoldenBytes.v1("manifest");
        must[12] = 1;
        assertThatThrownBy(() -> decode(withChecksum(must))).isInstanceOf(WalFormatException.class);

        byte[] may = GoldenBytes.v1("manifest");
        may[16] = 1;
        assertThat(decode(withChecksum(may))).isEqualTo(MANIFEST);
    }

    @Test
    void nonsenseWithARightChecksumIsReportedAsDamage() {
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = GoldenBytes.v1("manifest");
            bytes[17 + random.nextInt(bytes.length - 21)] = (byte) random.nextInt();
            byte[] cut = withChecksum(Arrays.copyOf(bytes, bytes.length - random.nextInt(2) * random.nextInt(60)));
            try {
                decode(cut);
            } catch (WalCorruptedException | WalFormatException expected) {
                assertThat(expected).hasMessageContaining("file");
            }
        }
    }

    @Test
    void theManifestIsReplacedAsAWhole() throws IOException {
        MemoryStorage storage = new MemoryStorage();
        ManifestStore store = new ManifestStore(storage);
        Manifest first = Manifest.initial(GoldenBytes.LOG_ID, 3);
        store.write(first);
        long calls = storage.count(call -> true);
        store.write(first);
        int callsOfAWrite = (int) (storage.count(call -> true) - calls);

        for (int number = 1; number <= callsOfAWrite; number++) {
            MemoryStorage own = storage.kill();
            own.failFrom(number, call -> true);
            assertThatThrownBy(() -> new ManifestStore(own).write(MANIFEST)).isInstanceOf(IOException.class);

            assertThat(new ManifestStore(own.kill()).read()).get().isIn(first, MANIFEST);
            for (int seed = 0; seed < 20; seed++) {
                assertThat(new ManifestStore(own.powerCut(new Random(seed))).read())
                        .get()
                        .isIn(first, MANIFEST);
            }
        }
    }
}
