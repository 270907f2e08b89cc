package dev.wal.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** When a process forced something, as {@code strace -f -ttt} saw it. What is not sure to force is not counted: {@code sync_file_range}, and {@code msync} unless it waits. */
final class ForceTrace {
    /** Calls that are traced. */
    static final String CALLS = "fsync,fdatasync,msync,pwritev2";

    private static final Pattern FORCE =
            Pattern.compile("\\d+ +(\\d+\\.\\d+) (?:f(?:data)?sync\\(|msync\\(.*MS_SYNC|pwritev2\\(.*RWF_D?SYNC).*");
    private static final Pattern FAILED = Pattern.compile(".* = -1 .*");

    private final long[] micros;

    private ForceTrace(long[] micros) {
        this.micros = micros;
    }

    static ForceTrace read(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return parse(lines.toList());
        }
    }

    static ForceTrace parse(List<String> lines) {
        return new ForceTrace(lines.stream()
                .filter(line -> !FAILED.matcher(line).matches())
                .map(FORCE::matcher)
                .filter(Matcher::matches)
                .mapToLong(force -> (long) (Double.parseDouble(force.group(1)) * 1e6))
                .toArray());
    }

    /** Forces that began between two moments, in microseconds since 1970. */
    long count(long startMicros, long endMicros) {
        return Arrays.stream(micros)
                .filter(force -> startMicros <= force && force <= endMicros)
                .count();
    }
}
