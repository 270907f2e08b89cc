package dev.wal.spring.modulith.shop.orders;

import dev.wal.state.DurableMap;
import java.util.Set;
import java.util.function.LongConsumer;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class Orders {
    private final DurableMap<Long, String> orders;
    private final ApplicationEventPublisher events;

    Orders(DurableMap<Long, String> orders, ApplicationEventPublisher events) {
        this.orders = orders;
        this.events = events;
    }

    @Transactional
    public void place(long order) {
        orders.put(order, "placed");
        events.publishEvent(new OrderPlaced(order));
    }

    /** Does something before the end of the transaction. */
    @Transactional
    public void place(long order, LongConsumer beforeCommit) {
        place(order);
        beforeCommit.accept(order);
    }

    public Set<Long> placed() {
        return orders.copy().keySet();
    }
}
