package dev.wal.spring.modulith.shop.shipping;

/** Who takes an order away. May throw. */
public interface Carrier {
    void take(long order);
}
