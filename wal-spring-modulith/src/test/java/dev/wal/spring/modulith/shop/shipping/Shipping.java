package dev.wal.spring.modulith.shop.shipping;

import dev.wal.spring.modulith.shop.orders.OrderPlaced;
import dev.wal.state.DurableMap;
import java.util.Map;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.stereotype.Service;

@Service
public class Shipping {
    private final DurableMap<Long, Integer> shipments;
    private final Carrier carrier;

    Shipping(DurableMap<Long, Integer> shipments, Carrier carrier) {
        this.shipments = shipments;
        this.carrier = carrier;
    }

    @ApplicationModuleListener
    void on(OrderPlaced event) {
        shipments.put(event.order(), shipments(event.order()) + 1);
        carrier.take(event.order());
    }

    /** How often each order was shipped, in transactions that committed. */
    public Map<Long, Integer> shipped() {
        return shipments.copy();
    }

    /** How often an order was shipped, in transactions that committed. */
    public int shipments(long order) {
        Integer count = shipments.get(order);
        return count == null ? 0 : count;
    }
}
