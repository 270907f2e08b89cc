package dev.wal.spring.modulith.shop.orders;

public record OrderPlaced(long order) {}
