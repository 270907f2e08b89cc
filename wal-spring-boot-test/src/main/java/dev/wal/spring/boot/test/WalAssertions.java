package dev.wal.spring.boot.test;

import dev.wal.WalManager;
import dev.wal.state.DurableMap;

/** Assertions on the log and on what it keeps. */
public final class WalAssertions {
    private WalAssertions() {}

    public static WalManagerAssert assertThat(WalManager actual) {
        return new WalManagerAssert(actual);
    }

    public static <K, V> DurableMapAssert<K, V> assertThat(DurableMap<K, V> actual) {
        return new DurableMapAssert<>(actual);
    }
}
