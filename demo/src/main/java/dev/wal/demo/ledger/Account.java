package dev.wal.demo.ledger;

/**
 * An account as it is at one moment.
 *
 * @param balance in minor units, never below 0
 */
public record Account(long id, String owner, long balance) {

    public Account {
        if (balance < 0) {
            throw new IllegalArgumentException("The balance of account " + id + " would be " + balance);
        }
    }

    Account withdraw(long amount) {
        if (amount > balance) {
            throw new InsufficientFundsException(
                    "Account " + id + " has " + balance + ", which is less than " + amount);
        }
        return new Account(id, owner, balance - amount);
    }

    Account deposit(long amount) {
        if (amount > Long.MAX_VALUE - balance) {
            throw new InvalidRequestException("Account " + id + " cannot hold " + amount + " more");
        }
        return new Account(id, owner, balance + amount);
    }
}
