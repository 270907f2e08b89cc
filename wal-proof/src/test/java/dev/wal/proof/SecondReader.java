package dev.wal.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** What a log holds by a reader that shares no line with the engine, journal.py; to be compared with what the engine makes of the same files. */
final class SecondReader {
    private static final String PROGRAM = "src/test/python/journal.py";
    private static final String READER = "../wal-cli/src/test/python";

    /** By thread and number of the transaction. */
    private final List<TreeMap<Long, Set<String>>> entries = new ArrayList<>();

    private String verdict = "";

    private SecondReader() {
        for (int i = 0; i < Writer.THREADS; i++) {
            entries.add(new TreeMap<>());
        }
    }

    /** Aborts the test where there is no Python. */
    static void require() {
        try {
            Commands.run("python3", "-S", "--version");
        } catch (IOException e) {
            throw Commands.impossible("run python3", e);
        }
    }

    /** Reads a log that nobody has open. */
    static SecondReader read(Path directory) throws IOException {
        SecondReader reader = new SecondReader();
        String printed = Commands.run("python3", "-S", PROGRAM, READER, directory.toString());
        printed.lines().forEach(reader::take);
        return reader;
    }

    private void take(String line) {
        String[] words = line.split(" ");
        if (words[0].equals("entry")) {
            entries.get(Integer.parseInt(words[1]))
                    .computeIfAbsent(Long.parseLong(words[2]), number -> new HashSet<>())
                    .add(words[3] + " " + words[4] + " " + words[5]);
        } else if (words[0].equals("verdict")) {
            verdict = words[1];
        }
    }

    /** Number of transactions. */
    long transactions() {
        return entries.stream().mapToLong(Map::size).sum();
    }

    /**
     * What differs from what the engine found.
     *
     * @param model of what it found
     * @param engineVerdict of its scan of the log
     */
    List<String> differences(Model model, String engineVerdict) {
        List<String> differences = new ArrayList<>();
        if (!engineVerdict.equals(verdict)) {
            differences.add("the second reader finds the log " + verdict + ", the engine " + engineVerdict);
        }
        for (int thread = 0; thread < Writer.THREADS; thread++) {
            TreeMap<Long, Set<String>> own = entries.get(thread);
            if (own.isEmpty()) {
                // All of it is in snapshots.
                continue;
            }
            if (own.lastKey() != model.last(thread)) {
                differences.add("thread " + thread + ": the second reader finds " + own.lastKey()
                        + " transactions, the engine " + model.last(thread));
                continue;
            }
            for (long number = own.firstKey(); number <= own.lastKey(); number++) {
                Set<String> expected = entries(model.plan(thread, number));
                if (!expected.equals(own.get(number))) {
                    differences.add("thread " + thread + ", transaction " + number + ": the second reader finds "
                            + own.get(number) + " instead of " + expected);
                }
            }
        }
        return differences;
    }

    private static Set<String> entries(Plan plan) {
        Set<String> lines = new HashSet<>();
        for (Plan.Change change : plan.changes()) {
            if (change instanceof Plan.Entry entry) {
                CRC32 checksum = new CRC32();
                checksum.update(entry.content());
                lines.add(entry.partition() + " " + entry.index() + " " + checksum.getValue());
            }
        }
        return lines;
    }
}
