package dev.wal.proof;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/** The lines in which a state is told: the same for equal states. */
final class State {
    private final Set<String> lines = new TreeSet<>();

    void add(long key, String value) {
        lines.add(key / Plan.KEYS_OF_A_THREAD + " map " + key + " " + value.length() + " "
                + Strand.checksum(value.getBytes(StandardCharsets.UTF_8)));
    }

    void add(int partition, int thread, Strand strand) {
        lines.add(
                thread + " journal " + partition + " " + strand.count() + " " + strand.digest() + " " + strand.last());
    }

    Set<String> lines() {
        return lines;
    }

    // What a line tells.

    static int thread(String line) {
        return Integer.parseInt(line.substring(0, line.indexOf(' ')));
    }

    /** Number of the last transaction in a line of the journal, 0 in others. */
    static long lastNumber(String line) {
        String[] words = line.split(" ");
        return words[1].equals("journal") ? Long.parseLong(words[5]) : 0;
    }

    /** Number of entries in the journal that some lines tell of. */
    static long entries(Set<String> lines) {
        return lines.stream()
                .map(line -> line.split(" "))
                .filter(words -> words[1].equals("journal"))
                .mapToLong(words -> Long.parseLong(words[3]))
                .sum();
    }
}
