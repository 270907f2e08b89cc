package dev.wal;

import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Annotated hex dumps of each version of the format, made from docs/format.md and not by the engine. They stay as long as the version is
 * readable.
 */
public final class GoldenBytes {
    /** Log id of all dumps. */
    public static final long LOG_ID = 0x1122_3344_5566_7788L;

    /** Commit time of all dumps. */
    public static final long TIME_MICROS = 1_700_000_000_000_001L;

    /** Where the checkpoints of the whole log were taken. */
    public static final long CHECKPOINT_POSITION = 20_528;

    /** Id of the consumer. */
    public static final String CONSUMER = "golden-1.x";

    private static final int SEGMENT_SIZE = 16_384;

    private GoldenBytes() {}

    /** The bytes of a dump of version 1. */
    public static byte[] v1(String name) {
        String path = "/format-v1/" + name + ".hex";
        try (InputStream stream = GoldenBytes.class.getResourceAsStream(path)) {
            if (stream == null) {
                throw new AssertionError("no resource " + path);
            }
            StringBuilder digits = new StringBuilder();
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").replace(" ", ""))
                    .forEach(line -> add(line, digits));
            return HexFormat.of().parseHex(digits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line that begins with an at sign says at which byte the next one goes; zeros are in between. */
    private static void add(String line, StringBuilder digits) {
        if (line.startsWith("@")) {
            int offset = Integer.parseInt(line.substring(1));
            digits.append("0".repeat(offset * 2 - digits.length()));
        } else {
            digits.append(line);
        }
    }

    /** A whole log of version 1: segments 2 and 3, a manifest and snapshots, with everything that the format knows. */
    public static MemoryStorage logV1() {
        return log("log", 2, 3);
    }

    /** A log of version 1 of two maps: segment 2, a manifest and snapshots. */
    public static MemoryStorage mapLogV1() {
        return log("map", 2);
    }

    private static MemoryStorage log(String folder, int... segments) {
        MemoryStorage storage = new MemoryStorage();
        storage.put(FileNames.MANIFEST, v1(folder + "/manifest"));
        for (int number : segments) {
            String name = FileNames.segment(number);
            storage.put(name, Arrays.copyOf(v1(folder + "/" + name.replace(".wal", "")), SEGMENT_SIZE));
        }
        for (int partition = 0; partition < 2; partition++) {
            String name = FileNames.snapshot(partition, CHECKPOINT_POSITION);
            storage.put(name, v1(folder + "/" + name.replace(".snap", "")));
        }
        return storage;
    }
}
