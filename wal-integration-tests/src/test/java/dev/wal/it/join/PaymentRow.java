package dev.wal.it.join;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A row of the table, as {@link JpaPayments} sees it. */
@Entity
@Table(name = "payment")
class PaymentRow {
    @Id
    private long id;

    private long amount;
    private long reference;

    protected PaymentRow() {}

    PaymentRow(long id, long amount, long reference) {
        this.id = id;
        this.amount = amount;
        this.reference = reference;
    }

    void add(long more) {
        amount += more;
    }
}
