package dev.wal.spring.modulith;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.modulith.events.core.PublicationTargetIdentifier;
import org.springframework.modulith.events.core.TargetEventPublication;
import org.springframework.util.function.SingletonSupplier;

/** A publication as it was found in the log. Its event is deserialized when it is asked for, and is then the same object each time. */
final class WalEventPublication implements TargetEventPublication {
    private final UUID identifier;
    private final PublicationTargetIdentifier targetIdentifier;
    private final Instant publicationDate;
    private final Supplier<Object> event;
    private final int completionAttempts;
    private final @Nullable Instant lastResubmissionDate;
    private volatile Status status;
    private volatile @Nullable Instant completionDate;

    WalEventPublication(UUID identifier, StoredEvent stored, Progress progress, Status status, Supplier<Object> event) {
        this.identifier = identifier;
        this.targetIdentifier = PublicationTargetIdentifier.of(stored.listenerId());
        this.publicationDate = stored.publicationDate();
        this.event = SingletonSupplier.of(event);
        this.completionAttempts = progress.completionAttempts();
        this.lastResubmissionDate = progress.lastResubmissionDate();
        this.completionDate = progress.completionDate();
        this.status = status;
    }

    @Override
    public UUID getIdentifier() {
        return identifier;
    }

    @Override
    public Object getEvent() {
        return event.get();
    }

    @Override
    public PublicationTargetIdentifier getTargetIdentifier() {
        return targetIdentifier;
    }

    @Override
    public Instant getPublicationDate() {
        return publicationDate;
    }

    @Override
    public Optional<Instant> getCompletionDate() {
        return Optional.ofNullable(completionDate);
    }

    @Override
    public void markCompleted(Instant instant) {
        completionDate = instant;
        status = Status.COMPLETED;
    }

    @Override
    public Status getStatus() {
        return status;
    }

    @Override
    public @Nullable Instant getLastResubmissionDate() {
        return lastResubmissionDate;
    }

    @Override
    public int getCompletionAttempts() {
        return completionAttempts;
    }

    /** Equal are publications with the same identifier in the same state; events need not say when they are equal. */
    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof WalEventPublication other
                && identifier.equals(other.identifier)
                && status == other.status
                && completionAttempts == other.completionAttempts
                && Objects.equals(completionDate, other.completionDate);
    }

    @Override
    public int hashCode() {
        return identifier.hashCode();
    }

    @Override
    public String toString() {
        return "EventPublication[" + identifier + " to " + targetIdentifier + ", " + status + ", attempt "
                + completionAttempts + "]";
    }
}
