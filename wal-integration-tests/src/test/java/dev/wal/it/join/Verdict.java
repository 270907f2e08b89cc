package dev.wal.it.join;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How a table and a map differ, and what of them was told otherwise. All is well when all sets are empty.
 *
 * @param different ids whose row and entry are not the same; one of them may be missing
 * @param lost ids that were acknowledged, and are not in both
 * @param undead ids that were rolled back, and are in one of them
 */
record Verdict(Set<Long> different, Set<Long> lost, Set<Long> undead) {

    static Verdict of(Map<Long, Long> rows, Map<Long, Long> entries, Told told) {
        Set<Long> different = new TreeSet<>();
        Stream.concat(rows.keySet().stream(), entries.keySet().stream())
                .filter(id -> !Objects.equals(rows.get(id), entries.get(id)))
                .forEach(different::add);
        Set<Long> lost = new TreeSet<>(told.paid());
        lost.removeIf(id -> rows.containsKey(id) && entries.containsKey(id));
        Set<Long> undead = new TreeSet<>(told.undone());
        undead.removeIf(id -> !rows.containsKey(id) && !entries.containsKey(id));
        return new Verdict(different, lost, undead);
    }

    int disagreements() {
        return different.size() + lost.size() + undead.size();
    }
}
