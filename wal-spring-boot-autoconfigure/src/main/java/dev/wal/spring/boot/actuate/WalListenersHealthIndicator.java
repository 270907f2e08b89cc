package dev.wal.spring.boot.actuate;

import dev.wal.WalConsumer;
import dev.wal.WalManager;
import dev.wal.listener.ListenerState;
import dev.wal.listener.ListenerStatus;
import dev.wal.listener.WalListeners;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} of the listeners, apart from that of the log, which takes commits whether they work or not: {@code OUT_OF_SERVICE} if a listener has failed, or a consumer was overtaken because more of the log
 * would have to be kept for it than is allowed; else {@code UP}, with a {@code warning} for each that is close to that.
 */
public class WalListenersHealthIndicator extends AbstractHealthIndicator {
    private static final int WARNING_PERCENT = 80;

    private final WalManager walManager;
    private final WalListeners walListeners;

    public WalListenersHealthIndicator(WalManager walManager, WalListeners walListeners) {
        super("The state of the listeners could not be found out");
        this.walManager = walManager;
        this.walListeners = walListeners;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        Map<String, String> states = new LinkedHashMap<>();
        boolean failed = false;
        for (ListenerStatus status : walListeners.statuses()) {
            states.put(status.id(), status.state().name());
            failed |= status.state() == ListenerState.FAILED;
        }
        builder.withDetail("listeners", states);
        List<WalConsumer> consumers = walManager.consumers();
        List<String> overtaken = consumers.stream()
                .filter(this::isOvertaken)
                .map(WalConsumer::id)
                .toList();
        if (!overtaken.isEmpty()) {
            builder.withDetail("overtaken", overtaken);
        }
        long end = walManager.status().position();
        List<String> warnings = consumers.stream()
                .filter(consumer -> isNearTheLimit(consumer, end))
                .map(consumer -> warning(consumer, end))
                .toList();
        if (!warnings.isEmpty()) {
            builder.withDetail("warnings", warnings);
        }
        if (failed || !overtaken.isEmpty()) {
            builder.outOfService();
        } else {
            builder.up();
        }
    }

    private boolean isOvertaken(WalConsumer consumer) {
        return consumer.retainedFrom() < walManager.firstPosition();
    }

    private boolean isNearTheLimit(WalConsumer consumer, long end) {
        long limit = walManager.options().maxRetainedForConsumers();
        return !isOvertaken(consumer) && end - consumer.retainedFrom() >= limit / 100.0 * WARNING_PERCENT;
    }

    private String warning(WalConsumer consumer, long end) {
        return "The log is kept for " + consumer.id() + " from position " + consumer.retainedFrom() + " on, "
                + (end - consumer.retainedFrom()) + " bytes back. Beyond "
                + walManager.options().maxRetainedForConsumers()
                + " bytes (wal.listener.max-retained) checkpoints drop what it has not acknowledged.";
    }
}
