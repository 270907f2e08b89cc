package dev.wal.spring.modulith;

import dev.wal.WalTransaction;
import dev.wal.state.DurableMap;
import dev.wal.state.TransactionContext;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.modulith.events.EventPublication.Status;
import org.springframework.modulith.events.core.EventPublicationRepository;
import org.springframework.modulith.events.core.PublicationTargetIdentifier;
import org.springframework.modulith.events.core.TargetEventPublication;
import org.springframework.modulith.events.support.CompletionMode;

/**
 * Keeps event publications in maps of the log. Safe for use by several threads.
 *
 * <p>{@link #create} belongs to the publisher's transaction of the log; all else runs in a transaction of its own, and sees and changes what is committed. See {@link PublicationTransactions}.
 *
 * <p>A step is taken only from where a publication is: one that has been completed or deleted meanwhile is neither marked nor resubmitted any more.
 */
final class WalEventPublicationRepository implements EventPublicationRepository {
    /** Publications deleted in one transaction, which keeps what it does in memory. */
    private static final int DELETED_AT_ONCE = 1000;

    private final DurableMap<UUID, StoredEvent> events;
    private final DurableMap<UUID, Progress> incomplete;
    private final DurableMap<UUID, Progress> completed;
    private final PublicationTransactions transactions;
    private final TransactionContext context;
    private final EventTypes types;
    private final CompletionMode completionMode;
    private final PublicationSearch search;
    private final IncompleteIndex index = new IncompleteIndex();
    private final long life = new SecureRandom().nextLong();

    /** @param maps recovered */
    WalEventPublicationRepository(
            PublicationMaps maps,
            PublicationTransactions transactions,
            TransactionContext context,
            EventTypes types,
            CompletionMode completionMode) {
        this.events = maps.events();
        this.incomplete = maps.incomplete();
        this.completed = maps.completed();
        this.transactions = transactions;
        this.context = context;
        this.types = types;
        this.completionMode = completionMode;
        this.search = new PublicationSearch(maps, transactions, types, life);
        incomplete.forEach((id, progress) -> index(id));
    }

    /**
     * @throws org.springframework.transaction.IllegalTransactionStateException if the calling thread has a transaction, but none of the log that can be written to
     */
    @Override
    public TargetEventPublication create(TargetEventPublication publication) {
        UUID id = publication.getIdentifier();
        Object event = publication.getEvent();
        StoredEvent stored = new StoredEvent(
                publication.getTargetIdentifier().getValue(),
                event.getClass().getName(),
                types.serialize(event),
                publication.getPublicationDate());
        Progress progress = new Progress(
                publication.getStatus().name(),
                life,
                publication.getCompletionAttempts(),
                publication.getLastResubmissionDate(),
                null);
        transactions.inCallers(() -> {
            // In this order: who finds the progress also finds the event.
            events.put(id, stored);
            incomplete.put(id, progress);
            context.required().addListener(new WalTransaction.Listener() {
                @Override
                public void completed(WalTransaction.Outcome outcome) {
                    index(id);
                }
            });
        });
        return publication;
    }

    /** Adds what is there: after a rollback nothing is. Once more looked at, because it may have been completed meanwhile. */
    private void index(UUID id) {
        StoredEvent event = events.get(id);
        if (event != null) {
            index.add(id, event);
            if (!incomplete.containsKey(id)) {
                index.remove(id, event);
            }
        }
    }

    @Override
    public void markProcessing(UUID identifier) {
        advance(identifier, Status.PROCESSING, progress -> progress.as(Status.PROCESSING, life));
    }

    @Override
    public void markFailed(UUID identifier) {
        advance(identifier, Status.FAILED, progress -> progress.as(Status.FAILED, life));
    }

    @Override
    public boolean markResubmitted(UUID identifier, Instant resubmissionDate) {
        return advance(identifier, Status.RESUBMITTED, progress -> progress.resubmitted(resubmissionDate, life));
    }

    /** Whether the publication is incomplete, and was not there already. */
    private boolean advance(UUID id, Status status, UnaryOperator<Progress> step) {
        return transactions.inOwn(() -> {
            Progress progress = incomplete.getForUpdate(id);
            if (progress == null || progress.statusIn(life) == status) {
                return false;
            }
            incomplete.put(id, step.apply(progress));
            return true;
        });
    }

    @Override
    public void markCompleted(UUID identifier, Instant completionDate) {
        StoredEvent event = transactions.inOwn(() -> complete(identifier, completionDate));
        if (event != null) {
            index.remove(identifier, event);
        }
    }

    private @Nullable StoredEvent complete(UUID id, Instant completionDate) {
        Progress progress = incomplete.remove(id);
        if (progress == null) {
            return null;
        }
        if (completionMode == CompletionMode.DELETE) {
            return events.remove(id);
        }
        completed.put(id, progress.completed(completionDate, life));
        return events.get(id);
    }

    /** Completes one publication, the oldest: a listener was called once, and equal events may have been published twice. */
    @Override
    public void markCompleted(Object event, PublicationTargetIdentifier identifier, Instant completionDate) {
        findIncompletePublicationsByEventAndTargetIdentifier(event, identifier)
                .ifPresent(found -> markCompleted(found.getIdentifier(), completionDate));
    }

    @Override
    public Optional<TargetEventPublication> findIncompletePublicationsByEventAndTargetIdentifier(
            Object event, PublicationTargetIdentifier targetIdentifier) {
        String serialized = types.serialize(event);
        return search.incompleteAmong(index.candidates(targetIdentifier.getValue(), serialized), serialized);
    }

    @Override
    public List<TargetEventPublication> findIncompletePublications() {
        return search.incomplete((event, status) -> true);
    }

    @Override
    public List<TargetEventPublication> findIncompletePublicationsPublishedBefore(Instant instant) {
        return search.incomplete((event, status) -> event.publicationDate().isBefore(instant));
    }

    @Override
    public List<TargetEventPublication> findCompletedPublications() {
        return search.completed();
    }

    @Override
    public List<TargetEventPublication> findByStatus(Status status) {
        return status == Status.COMPLETED ? search.completed() : search.incomplete((event, found) -> found == status);
    }

    @Override
    public List<TargetEventPublication> findFailedPublications(FailedCriteria criteria) {
        Instant reference = criteria.getPublicationDateReference();
        List<TargetEventPublication> failed = search.incomplete((event, status) -> status == Status.FAILED
                && (reference == null || event.publicationDate().isBefore(reference)));
        long limit = criteria.getMaxItemsToRead();
        return limit < 0 || limit >= failed.size() ? failed : failed.subList(0, (int) limit);
    }

    @Override
    public int countByStatus(Status status) {
        return status == Status.COMPLETED ? search.countCompleted() : search.countIncomplete(status);
    }

    @Override
    public void deletePublications(List<UUID> identifiers) {
        for (int from = 0; from < identifiers.size(); from += DELETED_AT_ONCE) {
            delete(identifiers.subList(from, Math.min(from + DELETED_AT_ONCE, identifiers.size())));
        }
    }

    private void delete(List<UUID> identifiers) {
        List<StoredEvent> deleted = transactions.inOwn(() -> {
            List<StoredEvent> removed = new ArrayList<>();
            for (UUID id : identifiers) {
                incomplete.remove(id);
                completed.remove(id);
                removed.add(events.remove(id));
            }
            return removed;
        });
        for (int i = 0; i < identifiers.size(); i++) {
            StoredEvent event = deleted.get(i);
            if (event != null) {
                index.remove(identifiers.get(i), event);
            }
        }
    }

    @Override
    public void deleteCompletedPublications() {
        deleteCompletedPublicationsBefore(Instant.MAX);
    }

    @Override
    public void deleteCompletedPublicationsBefore(Instant instant) {
        deletePublications(search.completedBefore(instant));
    }
}
