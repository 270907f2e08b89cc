package dev.wal.it.join;

import dev.wal.state.DurableMap;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import org.springframework.transaction.annotation.Transactional;

/** With entities, which Hibernate writes when the transaction commits. */
class JpaPayments implements Payments {
    private final EntityManager entities;
    private final DurableMap<Long, Long> entries;

    JpaPayments(EntityManager entities, DurableMap<Long, Long> entries) {
        this.entities = entities;
        this.entries = entries;
    }

    @Override
    @Transactional
    public void pay(Payment payment) {
        entities.persist(new PaymentRow(payment.id(), payment.amount(), payment.reference()));
        entities.find(PaymentRow.class, payment.account(), LockModeType.PESSIMISTIC_WRITE)
                .add(payment.amount());
        entries.put(payment.id(), payment.amount());
        entries.compute(payment.account(), (account, amount) -> amount + payment.amount());
        payment.endAsWanted();
    }

    @Override
    @Transactional
    public void open(long account) {
        if (entities.find(PaymentRow.class, account) == null) {
            entities.persist(new PaymentRow(account, 0, account));
            entries.put(account, 0L);
        }
    }
}
