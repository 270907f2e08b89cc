package dev.wal.spring.boot.test.ledger;

record Account(long balance) {
    Account plus(long amount) {
        return new Account(balance + amount);
    }
}
