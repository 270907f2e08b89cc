package dev.wal.demo.ledger;

/**
 * An account to be opened.
 *
 * @param balance the opening balance in minor units
 */
public record NewAccount(String owner, long balance) {
    private static final int OWNER_LENGTH_MAX = 200;

    public NewAccount {
        Check.text("owner", owner, OWNER_LENGTH_MAX);
        Check.that(balance >= 0, "balance must not be negative");
    }
}
