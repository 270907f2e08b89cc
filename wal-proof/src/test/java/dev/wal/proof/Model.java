package dev.wal.proof;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The transactions that are in a log, as far as is known, and the state that they lead to. */
final class Model {
    private final long seed;

    /** By thread and number, the life in which the transaction was committed. */
    private final List<List<Integer>> lives = new ArrayList<>();

    Model(long seed) {
        this.seed = seed;
        for (int i = 0; i < Writer.THREADS; i++) {
            lives.add(new ArrayList<>());
        }
    }

    long seed() {
        return seed;
    }

    /** Number of the last transaction of a thread. */
    long last(int thread) {
        return lives.get(thread).size();
    }

    /** From here on a thread has so many; those that are new are of this life. */
    void setLast(int thread, long last, int life) {
        List<Integer> own = lives.get(thread);
        while (own.size() > last) {
            own.remove(own.size() - 1);
        }
        while (own.size() < last) {
            own.add(life);
        }
    }

    /** What a transaction that is there wrote. */
    Plan plan(int thread, long number) {
        return Plan.of(seed, thread, number, lives.get(thread).get((int) number - 1));
    }

    /** The lines of a thread, see {@link State}. */
    Set<String> state(int thread) {
        Map<Long, String> map = new HashMap<>();
        Map<Integer, Strand> strands = new HashMap<>();
        for (int i = 0; i < last(thread); i++) {
            for (Plan.Change change : plan(thread, i + 1).changes()) {
                if (change instanceof Plan.Put put) {
                    map.put(put.key(), put.value());
                } else if (change instanceof Plan.Remove remove) {
                    map.remove(remove.key());
                } else if (change instanceof Plan.Entry entry) {
                    long number = i + 1;
                    strands.merge(
                            entry.partition(),
                            Strand.EMPTY.with(number, entry.index(), entry.content()),
                            (before, first) -> before.with(number, entry.index(), entry.content()));
                }
            }
        }
        State state = new State();
        map.forEach(state::add);
        strands.forEach((partition, strand) -> state.add(partition, thread, strand));
        return state.lines();
    }
}
