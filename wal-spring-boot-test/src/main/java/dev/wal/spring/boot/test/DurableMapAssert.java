package dev.wal.spring.boot.test;

import dev.wal.state.DurableMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.MapAssert;

/** Assertions on a map, as the calling thread sees it: with the writes of its own transaction. */
public final class DurableMapAssert<K, V> extends AbstractAssert<DurableMapAssert<K, V>, DurableMap<K, V>> {
    DurableMapAssert(DurableMap<K, V> actual) {
        super(actual, DurableMapAssert.class);
    }

    public DurableMapAssert<K, V> containsEntry(K key, V value) {
        isNotNull();
        V found = actual.get(key);
        if (!Objects.equals(found, value)) {
            failWithMessage(
                    "Expecting map '%s' to have%n  %s%nfor key%n  %s%nbut it has%n  %s",
                    actual.table(), value, key, found);
        }
        return this;
    }

    public DurableMapAssert<K, V> doesNotContainKey(K key) {
        isNotNull();
        V found = actual.get(key);
        if (found != null) {
            failWithMessage(
                    "Expecting map '%s' to have nothing for key%n  %s%nbut it has%n  %s", actual.table(), key, found);
        }
        return this;
    }

    public DurableMapAssert<K, V> hasSize(int expected) {
        isNotNull();
        if (actual.size() != expected) {
            failWithMessage(
                    "Expecting map '%s' to have %d keys but it has %d", actual.table(), expected, actual.size());
        }
        return this;
    }

    public DurableMapAssert<K, V> isEmpty() {
        return hasSize(0);
    }

    /** All that the thread sees, for the assertions of maps. */
    public MapAssert<K, V> entries() {
        isNotNull();
        Map<K, V> entries = new HashMap<>();
        actual.forEach((key, value) -> entries.put(key, value));
        return Assertions.assertThat(entries).as("map '%s'", actual.table());
    }
}
