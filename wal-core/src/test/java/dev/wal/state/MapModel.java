package dev.wal.state;

import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What maps hold, what each transaction sees, what is refused, and what a crash may take. All of it in plain maps, copied whenever something is remembered. */
final class MapModel {
    record Key(int map, long key) {}

    /** @param commit number of the commit that set it */
    private record Entry(String value, long commit) {}

    private final Map<Key, Entry> committed = new HashMap<>();
    private final Map<Key, Transaction> locks = new HashMap<>();

    /** By id, those that were prepared since the last open. */
    private final Map<Long, Prepared> prepared = new LinkedHashMap<>();

    /** What the maps held when the log was opened, and after each commit since. */
    private final List<Map<Key, String>> contents = new ArrayList<>(List.of(Map.of()));

    /** Index of the last content that a killed process must find. */
    private int acknowledged;

    /** Index of the last content that must be found when power was lost. */
    private int forced;

    private long commits;

    private static final class Prepared {
        private final Transaction transaction;
        private int committedAt = Integer.MAX_VALUE;
        private boolean rolledBack;

        private Prepared(Transaction transaction) {
            this.transaction = transaction;
        }
    }

    /** What one transaction has done. An empty value is a removal. */
    final class Transaction {
        private final Map<Key, Optional<Entry>> seen = new HashMap<>();
        private final Set<Key> locked = new HashSet<>();
        private final List<Map<Key, Optional<String>>> savepoints = new ArrayList<>();
        private Map<Key, Optional<String>> writes = new HashMap<>();

        @Nullable
        String get(Key key) {
            Optional<String> own = writes.get(key);
            if (own != null) {
                return own.orElse(null);
            }
            Optional<Entry> entry = Optional.ofNullable(committed.get(key));
            seen.putIfAbsent(key, entry);
            return entry.map(Entry::value).orElse(null);
        }

        /** Who holds the lock of a key, if it is another one. */
        @Nullable
        Transaction rival(Key key) {
            Transaction holder = locks.get(key);
            return holder == this ? null : holder;
        }

        /** Takes a lock that nobody else holds; whether the key is as the transaction has seen it. */
        boolean lock(Key key) {
            locks.put(key, this);
            locked.add(key);
            Optional<Entry> now = Optional.ofNullable(committed.get(key));
            return Objects.requireNonNullElse(seen.putIfAbsent(key, now), now).equals(now);
        }

        void put(Key key, String value) {
            writes.put(key, Optional.of(value));
        }

        void remove(Key key) {
            if (get(key) != null) {
                writes.put(key, Optional.empty());
            }
        }

        void savepoint() {
            savepoints.add(Map.copyOf(writes));
        }

        void rollBackTo(int savepoint) {
            writes = new HashMap<>(savepoints.get(savepoint));
            savepoints.subList(savepoint + 1, savepoints.size()).clear();
        }

        void release(int savepoint) {
            savepoints.subList(savepoint, savepoints.size()).clear();
        }

        /** What it sees of a map. */
        Map<Long, String> content(int map) {
            return ofMap(map, with(last(), this));
        }
    }

    private static Map<Key, String> with(Map<Key, String> content, Transaction transaction) {
        Map<Key, String> result = new HashMap<>(content);
        transaction.writes.forEach(
                (key, value) -> value.ifPresentOrElse(present -> result.put(key, present), () -> result.remove(key)));
        return result;
    }

    private static Map<Long, String> ofMap(int map, Map<Key, String> content) {
        Map<Long, String> result = new HashMap<>();
        content.forEach((key, value) -> {
            if (key.map() == map) {
                result.put(key.key(), value);
            }
        });
        return result;
    }

    private Map<Key, String> last() {
        Map<Key, String> content = new HashMap<>();
        committed.forEach((key, entry) -> content.put(key, entry.value()));
        return content;
    }

    /** What is committed of a map. */
    Map<Long, String> content(int map) {
        return ofMap(map, last());
    }

    // How transactions end.

    Transaction begin() {
        return new Transaction();
    }

    /** @param isForced whether the level promises that it is forced by now, and with it all before */
    void committed(long id, Transaction transaction, boolean isForced) {
        long commit = ++commits;
        transaction.writes.forEach((key, value) -> value.ifPresentOrElse(
                present -> committed.put(key, new Entry(present, commit)), () -> committed.remove(key)));
        if (!transaction.writes.isEmpty()) {
            contents.add(last());
            acknowledged = contents.size() - 1;
        }
        if (isForced) {
            allForced();
        }
        ended(id, transaction);
    }

    /** A commit that may be in the log; a crash is all that can follow. */
    void unknown(long id, Transaction transaction) {
        contents.add(with(contents.get(contents.size() - 1), transaction));
        ended(id, transaction);
    }

    private void ended(long id, Transaction transaction) {
        Prepared promise = prepared.get(id);
        if (promise != null) {
            promise.committedAt = contents.size() - 1;
        }
        letGo(transaction);
    }

    void rolledBack(long id, Transaction transaction) {
        Prepared promise = prepared.get(id);
        if (promise != null) {
            promise.rolledBack = true;
        }
        letGo(transaction);
    }

    void prepared(long id, Transaction transaction) {
        if (!transaction.writes.isEmpty()) {
            allForced();
        }
        prepared.put(id, new Prepared(transaction));
    }

    private void letGo(Transaction transaction) {
        transaction.locked.forEach(locks::remove);
    }

    /** All that was acknowledged is forced. */
    void allForced() {
        forced = acknowledged;
    }

    // Openings.

    /** What became of a prepared transaction; nobody else says so when the log does not know. */
    boolean isToBeCommitted(long id) {
        return !prepared.get(id).rolledBack;
    }

    /** The maps hold what was there after one of the commits, and what was prepared and is committed now; none is missing that was promised. Returns whether acknowledged ones are missing. */
    boolean opened(Map<Key, String> found, boolean powerLost) {
        int least = powerLost ? forced : acknowledged;
        for (int i = contents.size() - 1; i >= least; i--) {
            if (contentAfter(i).equals(found)) {
                boolean lost = i < acknowledged;
                start(found);
                return lost;
            }
        }
        return fail(
                "found %s, which is none of %s, the last %d contents that may be there",
                found, contents.subList(least, contents.size()), contents.size() - least);
    }

    private Map<Key, String> contentAfter(int index) {
        Map<Key, String> content = contents.get(index);
        for (Prepared promise : prepared.values()) {
            if (!promise.rolledBack && promise.committedAt > index) {
                content = with(content, promise.transaction);
            }
        }
        return content;
    }

    private void start(Map<Key, String> found) {
        long commit = ++commits;
        committed.clear();
        found.forEach((key, value) -> committed.put(key, new Entry(value, commit)));
        contents.clear();
        contents.add(Map.copyOf(found));
        acknowledged = 0;
        forced = 0;
        locks.clear();
        prepared.clear();
    }
}
