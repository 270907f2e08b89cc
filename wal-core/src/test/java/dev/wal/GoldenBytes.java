package dev.wal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * Annotated hex dumps of each version of the format, made from docs/format.md and not by the engine. They stay as long as the version is
 * readable.
 */
public final class GoldenBytes {
    /** Log id of all dumps. */
    public static final long LOG_ID = 0x1122_3344_5566_7788L;

    /** Commit time of all dumps. */
    public static final long TIME_MICROS = 1_700_000_000_000_001L;

    private GoldenBytes() {}

    /** The bytes of a dump of version 1. */
    public static byte[] v1(String name) {
        String path = "/format-v1/" + name + ".hex";
        try (InputStream stream = GoldenBytes.class.getResourceAsStream(path)) {
            if (stream == null) {
                throw new AssertionError("no resource " + path);
            }
            String digits = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").replace(" ", ""))
                    .collect(Collectors.joining());
            return HexFormat.of().parseHex(digits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
