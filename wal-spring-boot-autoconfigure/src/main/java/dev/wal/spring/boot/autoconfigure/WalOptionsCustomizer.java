package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalOptions;

/** Changes the options of the log after the properties were applied. Beans of this type are called in their order. */
@FunctionalInterface
public interface WalOptionsCustomizer {
    void customize(WalOptions.Builder options);
}
