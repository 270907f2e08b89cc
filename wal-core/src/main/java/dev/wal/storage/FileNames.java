package dev.wal.storage;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of the files of a log, made and parsed here alone. Numbers are padded so that names sort in log order. */
public final class FileNames {
    public static final String LOCK = "wal.lock";
    public static final String MANIFEST = "wal.manifest";
    public static final String TEMPORARY_SUFFIX = ".tmp";

    private static final Pattern SEGMENT = Pattern.compile("segment-(\\d{10})\\.wal");
    private static final Pattern SNAPSHOT = Pattern.compile("snapshot-\\d{5}-\\d{19}\\.snap");
    private static final Pattern TORN = Pattern.compile("torn-\\d{19}-\\d{10}\\.bin");

    private static final Pattern CONSUMER_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern CONSUMER = Pattern.compile("consumer-(.*)\\.pos");
    private static final Pattern SKIPPED = Pattern.compile("skipped-(.*)\\.log");

    private FileNames() {}

    public static String segment(int number) {
        return String.format(Locale.ROOT, "segment-%010d.wal", number);
    }

    /** The segment number in a name, or empty if it is not the name of a segment. */
    public static OptionalInt segmentNumber(String name) {
        Matcher matcher = SEGMENT.matcher(name);
        if (!matcher.matches()) {
            return OptionalInt.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        return number >= 1 && number <= Integer.MAX_VALUE ? OptionalInt.of((int) number) : OptionalInt.empty();
    }

    public static String snapshot(int partition, long position) {
        return String.format(Locale.ROOT, "snapshot-%05d-%019d.snap", partition, position);
    }

    public static boolean isSnapshot(String name) {
        return SNAPSHOT.matcher(name).matches();
    }

    public static String torn(long position, int incarnation) {
        return String.format(Locale.ROOT, "torn-%019d-%010d.bin", position, incarnation);
    }

    /** Whether the file is a segment, a snapshot or kept bytes, or is becoming or was one of these. The others are small and always there. */
    public static boolean countsForDiskUse(String name) {
        String base = withoutSuffix(name);
        return SEGMENT.matcher(base).matches()
                || SNAPSHOT.matcher(base).matches()
                || TORN.matcher(base).matches();
    }

    /** Whether the file is becoming or was a segment. */
    public static boolean isTemporarySegment(String name) {
        return isTemporary(name) && SEGMENT.matcher(withoutSuffix(name)).matches();
    }

    private static String withoutSuffix(String name) {
        return isTemporary(name) ? name.substring(0, name.length() - TEMPORARY_SUFFIX.length()) : name;
    }

    /** Whether a consumer may be called so: up to 100 ASCII letters, digits, dots, hyphens and underscores, the first a letter or digit. */
    public static boolean isConsumerId(String id) {
        return CONSUMER_ID.matcher(id).matches();
    }

    public static String consumer(String id) {
        return "consumer-" + id + ".pos";
    }

    /** The consumer in a name, or empty if it is not the name of a consumer's file. */
    public static Optional<String> consumerId(String name) {
        Matcher matcher = CONSUMER.matcher(name);
        return matcher.matches() && isConsumerId(matcher.group(1)) ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** File that tells what a listener has skipped. */
    public static String skipped(String id) {
        return "skipped-" + id + ".log";
    }

    /** The listener in a name, or empty if it is not the name of a file that tells what one has skipped. */
    public static Optional<String> skippedId(String name) {
        Matcher matcher = SKIPPED.matcher(name);
        return matcher.matches() && isConsumerId(matcher.group(1)) ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    public static String temporary(String name) {
        return name + TEMPORARY_SUFFIX;
    }

    public static boolean isTemporary(String name) {
        return name.endsWith(TEMPORARY_SUFFIX);
    }
}
