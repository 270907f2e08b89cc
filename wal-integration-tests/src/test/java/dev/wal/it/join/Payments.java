package dev.wal.it.join;

/** Books payments in a table and in a map. Accounts have ids below 0. */
interface Payments {
    /** In one transaction of the database that the log is joined to. */
    void pay(Payment payment);

    /** Makes an account with nothing in it, in such a transaction, where it is missing. */
    void open(long account);
}
