package dev.wal.demo.ledger;

import java.math.BigInteger;

/**
 * The ledger in sum.
 *
 * @param balance of all accounts at one moment, with no transfer in part; more than a {@code long} holds if many accounts are full
 */
public record Totals(int accounts, BigInteger balance, int transfers) {}
