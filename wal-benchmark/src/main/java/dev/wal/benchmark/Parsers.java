package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Values of options. */
final class Parsers {
    private static final Pattern COMMA = Pattern.compile(",");

    private Parsers() {}

    static int positive(String text) {
        int number = Integer.parseInt(text);
        if (number < 1) {
            throw new IllegalArgumentException("it must be at least 1");
        }
        return number;
    }

    static List<Integer> positives(String text) {
        return words(text).stream().map(Parsers::positive).toList();
    }

    static List<String> words(String text) {
        return COMMA.splitAsStream(text).filter(word -> !word.isBlank()).toList();
    }

    static Duration seconds(String text) {
        return Duration.ofNanos((long) (Double.parseDouble(text) * 1e9));
    }

    static long bytes(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        int shift = switch (upper.charAt(upper.length() - 1)) {
            case 'K' -> 10;
            case 'M' -> 20;
            case 'G' -> 30;
            default -> 0;
        };
        return Long.parseLong(shift == 0 ? upper : upper.substring(0, upper.length() - 1)) << shift;
    }

    static List<Long> sizes(String text) {
        return words(text).stream().map(Parsers::bytes).toList();
    }

    static Durability durability(String text) {
        return switch (text) {
            case "group-commit" -> Durability.groupCommit();
            case "synchronous" -> Durability.synchronous();
            case "periodic" -> Durability.periodic(Duration.ofMillis(100));
            case "no-sync" -> Durability.noSync();
            default -> throw new IllegalArgumentException("there is no such level");
        };
    }

    /** A directory; an empty text stands for the default. */
    static Path directory(String text) {
        if (!text.isEmpty()) {
            return Path.of(text).toAbsolutePath();
        }
        Path target = Path.of("target").toAbsolutePath();
        Path parent = Files.isDirectory(target) ? target : Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        return parent.resolve("benchmark");
    }
}
