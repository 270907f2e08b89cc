package dev.wal.spring.boot.actuate;

import dev.wal.WalConsumer;
import dev.wal.WalManager;
import dev.wal.WalStatus;
import dev.wal.listener.ListenerState;
import dev.wal.listener.ListenerStatus;
import dev.wal.listener.WalListeners;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} of the listeners, apart from that of the log, which takes commits whether they work or not: {@code OUT_OF_SERVICE} if a listener has failed, if a listener or another consumer is further behind than it
 * may be, or was overtaken because more of the log would have to be kept for it than is allowed; else {@code UP}, with a {@code warning} for each that is close to being overtaken.
 */
public class WalListenersHealthIndicator extends AbstractHealthIndicator {
    private static final int WARNING_PERCENT = 80;

    private final WalManager walManager;
    private final WalListeners walListeners;
    private final long maxLagBytes;

    /** @param maxLagBytes how far a consumer may be behind what is durable; 0 for any distance */
    public WalListenersHealthIndicator(WalManager walManager, WalListeners walListeners, long maxLagBytes) {
        super("The state of the listeners could not be found out");
        this.walManager = walManager;
        this.walListeners = walListeners;
        this.maxLagBytes = maxLagBytes;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        List<ListenerStatus> listeners = walListeners.statuses();
        List<WalConsumer> consumers = walManager.consumers();
        WalStatus log = walManager.status();
        Map<String, String> states = new LinkedHashMap<>();
        listeners.forEach(status -> states.put(status.id(), status.state().name()));
        builder.withDetail("listeners", states);
        List<String> overtaken = consumers.stream()
                .filter(this::isOvertaken)
                .map(WalConsumer::id)
                .toList();
        withDetail(builder, "overtaken", overtaken);
        Map<String, Long> behind = behind(listeners, consumers, log.durableMark());
        if (!behind.isEmpty()) {
            builder.withDetail("behind", behind).withDetail("maxLag", maxLagBytes);
        }
        withDetail(builder, "warnings", warnings(consumers, log.position()));
        boolean failed = listeners.stream().anyMatch(status -> status.state() == ListenerState.FAILED);
        if (failed || !overtaken.isEmpty() || !behind.isEmpty()) {
            builder.outOfService();
        } else {
            builder.up();
        }
    }

    private static void withDetail(Health.Builder builder, String name, List<String> values) {
        if (!values.isEmpty()) {
            builder.withDetail(name, values);
        }
    }

    /** How far those are behind that are too far behind. What a listener says of itself is newer than the position that is kept of it. */
    private Map<String, Long> behind(List<ListenerStatus> listeners, List<WalConsumer> consumers, long durableMark) {
        Map<String, Long> lags = new TreeMap<>();
        if (maxLagBytes > 0) {
            consumers.stream()
                    .filter(consumer -> consumer.position() >= 0)
                    .forEach(consumer -> lags.put(consumer.id(), durableMark - consumer.position()));
            listeners.stream()
                    .filter(status -> status.position() >= 0)
                    .forEach(status -> lags.put(status.id(), status.lagBytes()));
            lags.values().removeIf(lag -> lag <= maxLagBytes);
        }
        return lags;
    }

    private boolean isOvertaken(WalConsumer consumer) {
        return consumer.retainedFrom() < walManager.firstPosition();
    }

    private List<String> warnings(List<WalConsumer> consumers, long end) {
        return consumers.stream()
                .filter(consumer -> isNearTheLimit(consumer, end))
                .map(consumer -> warning(consumer, end))
                .toList();
    }

    /** Where nothing is kept for consumers, none is ever near. */
    private boolean isNearTheLimit(WalConsumer consumer, long end) {
        long limit = walManager.options().maxRetainedForConsumers();
        return limit > 0 && !isOvertaken(consumer) && end - consumer.retainedFrom() >= limit / 100.0 * WARNING_PERCENT;
    }

    private String warning(WalConsumer consumer, long end) {
        return "The log is kept for " + consumer.id() + " from position " + consumer.retainedFrom() + " on, "
                + (end - consumer.retainedFrom()) + " bytes back. Beyond "
                + walManager.options().maxRetainedForConsumers()
                + " bytes (wal.listener.max-retained) checkpoints drop what it has not acknowledged.";
    }
}
