package dev.wal.it.join;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What an application under test has said of its payments, over all its lives. Those of which it has said nothing, or that they are open, may have happened or not. */
final class Told {
    private final Set<Long> begun = ConcurrentHashMap.newKeySet();
    private final Set<Long> paid = ConcurrentHashMap.newKeySet();
    private final Set<Long> undone = ConcurrentHashMap.newKeySet();
    private final Map<Long, String> open = new ConcurrentHashMap<>();

    /** @return whether the line is about a payment */
    boolean hear(String line) {
        String[] words = line.split(" ", 3);
        switch (words[0]) {
            case "pays" -> begun.add(Long.parseLong(words[1]));
            case "paid" -> paid.add(Long.parseLong(words[1]));
            case "undone" -> undone.add(Long.parseLong(words[1]));
            case "open" -> open.put(Long.parseLong(words[1]), words[2]);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Those that were acknowledged. */
    Set<Long> paid() {
        return paid;
    }

    /** Those that were rolled back, to the knowledge of who asked for them. */
    Set<Long> undone() {
        return undone;
    }

    /** How many have begun and were neither acknowledged nor rolled back. */
    int unknown() {
        return (int) begun.stream()
                .filter(id -> !paid.contains(id) && !undone.contains(id))
                .count();
    }

    /** Those that failed otherwise, and why. */
    Map<Long, String> open() {
        return open;
    }
}
