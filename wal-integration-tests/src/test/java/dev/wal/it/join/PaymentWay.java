package dev.wal.it.join;

/** One transaction with a row, and with what has somebody told of it. */
interface PaymentWay {
    void pay(long id);
}
