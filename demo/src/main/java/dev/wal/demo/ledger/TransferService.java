package dev.wal.demo.ledger;

import dev.wal.state.DurableMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Books and shows transfers.
 *
 * <p>A transfer locks what it checks before it checks it: first its reference, then the accounts in order of their numbers. As all transfers lock in this order, none wait for each other
 * in a circle; those that share no account and no reference do not wait at all.
 */
@Service
public class TransferService {
    private final DurableMap<Long, Account> accounts;
    private final DurableMap<Long, Transfer> transfers;
    private final DurableMap<String, Long> references;
    private final ApplicationEventPublisher events;
    private final IdSequence ids;

    TransferService(
            DurableMap<Long, Account> accounts,
            DurableMap<Long, Transfer> transfers,
            DurableMap<String, Long> references,
            ApplicationEventPublisher events) {
        this.accounts = accounts;
        this.transfers = transfers;
        this.references = references;
        this.events = events;
        this.ids = IdSequence.after(transfers);
    }

    /**
     * Books a transfer, unless its reference shows that it is booked already. Its event is published within the transaction.
     *
     * @return the transfer, the same one for the same reference
     */
    @Transactional
    public Transfer book(NewTransfer request) {
        Transfer earlier = lockReference(request.reference());
        if (earlier != null) {
            return sameAs(request, earlier);
        }
        lockAccounts(request);
        accounts.compute(request.from(), (id, account) -> existing(id, account).withdraw(request.amount()));
        accounts.compute(request.to(), (id, account) -> existing(id, account).deposit(request.amount()));
        return record(request.booked(ids.next()));
    }

    private @Nullable Transfer lockReference(@Nullable String reference) {
        Long booked = reference == null ? null : references.getForUpdate(reference);
        return booked == null ? null : transfers.get(booked);
    }

    private static Transfer sameAs(NewTransfer request, Transfer earlier) {
        if (!request.booked(earlier.id()).equals(earlier)) {
            throw new ReferenceReusedException("Reference '" + request.reference() + "' belongs to transfer "
                    + earlier.id() + ", which is another");
        }
        return earlier;
    }

    private void lockAccounts(NewTransfer request) {
        accounts.getForUpdate(Math.min(request.from(), request.to()));
        accounts.getForUpdate(Math.max(request.from(), request.to()));
    }

    private static Account existing(long id, @Nullable Account account) {
        if (account == null) {
            throw new UnknownAccountException("There is no account " + id);
        }
        return account;
    }

    private Transfer record(Transfer transfer) {
        transfers.put(transfer.id(), transfer);
        if (transfer.reference() != null) {
            references.put(transfer.reference(), transfer.id());
        }
        events.publishEvent(transfer);
        return transfer;
    }

    /**
     * Transfers in order of their numbers.
     *
     * @param account shows only those from or to it, or all if null
     */
    public List<Transfer> list(@Nullable Long account) {
        List<Transfer> found = new ArrayList<>();
        transfers.forEach((id, transfer) -> {
            if (account == null || transfer.touches(account)) {
                found.add(transfer);
            }
        });
        found.sort(Comparator.comparingLong(Transfer::id));
        return found;
    }
}
