package dev.wal.spring.boot.autoconfigure;

import dev.wal.listener.BackOff;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of listeners.
 *
 * @param tries How often a change is handed to a listener before its failure policy decides
 * @param firstWait Wait before the second try
 * @param waitMultiplier By how much each further wait is longer than the one before
 * @param longestWait Longest wait between two tries
 * @param stopTimeout How long stopping waits for the changes that listeners have in hand
 * @param maxRetained Most bytes of segments that are kept for listeners and other consumers beside what checkpoints need. One that is further behind is overtaken
 * @param maxLag How far a listener, or another consumer, may be behind before health is out of service; 0 for any distance. As much as max-retained by default
 */
@ConfigurationProperties("wal.listener")
public record WalListenerProperties(
        @DefaultValue("10") int tries,
        @DefaultValue("100ms") Duration firstWait,
        @DefaultValue("2") double waitMultiplier,
        @DefaultValue("30s") Duration longestWait,
        @DefaultValue("10s") Duration stopTimeout,
        @DefaultValue("1GB") DataSize maxRetained,
        @Nullable DataSize maxLag) {

    BackOff backOff() {
        return new BackOff(firstWait, waitMultiplier, longestWait);
    }

    /** In bytes; 0 for any. */
    long maxLagBytes() {
        return (maxLag == null ? maxRetained : maxLag).toBytes();
    }
}
