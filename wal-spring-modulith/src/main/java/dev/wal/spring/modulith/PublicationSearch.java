package dev.wal.spring.modulith;

import dev.wal.state.DurableMap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.modulith.events.EventPublication.Status;
import org.springframework.modulith.events.core.TargetEventPublication;

/** Finds publications that are committed, the oldest first. One whose event class is not known any more is not found. Safe for use by several threads. */
final class PublicationSearch {
    private static final Comparator<TargetEventPublication> OLDEST_FIRST = Comparator.comparing(
                    TargetEventPublication::getPublicationDate)
            .thenComparing(TargetEventPublication::getIdentifier);

    private final PublicationMaps maps;
    private final PublicationTransactions transactions;
    private final EventTypes types;
    private final long life;

    /** @param life see {@link Progress#life()} */
    PublicationSearch(PublicationMaps maps, PublicationTransactions transactions, EventTypes types, long life) {
        this.maps = maps;
        this.transactions = transactions;
        this.types = types;
        this.life = life;
    }

    List<TargetEventPublication> incomplete(BiPredicate<StoredEvent, Status> condition) {
        return find(maps.incomplete(), condition);
    }

    List<TargetEventPublication> completed() {
        return find(maps.completed(), (event, status) -> true);
    }

    private List<TargetEventPublication> find(
            DurableMap<UUID, Progress> map, BiPredicate<StoredEvent, Status> condition) {
        return transactions.inNone(() -> {
            List<TargetEventPublication> found = new ArrayList<>();
            map.forEach((id, progress) -> {
                StoredEvent event = maps.events().get(id);
                if (event != null && condition.test(event, progress.statusIn(life))) {
                    TargetEventPublication publication = publication(id, event, progress);
                    if (publication != null) {
                        found.add(publication);
                    }
                }
            });
            found.sort(OLDEST_FIRST);
            return found;
        });
    }

    /** The first of some publications that is incomplete and has the event. */
    Optional<TargetEventPublication> incompleteAmong(List<UUID> candidates, String serializedEvent) {
        return transactions.inNone(() -> {
            for (UUID id : candidates) {
                Progress progress = maps.incomplete().get(id);
                StoredEvent event = maps.events().get(id);
                if (progress != null && event != null && event.serializedEvent().equals(serializedEvent)) {
                    return Optional.ofNullable(publication(id, event, progress));
                }
            }
            return Optional.empty();
        });
    }

    /** Null if the class of the event is not known any more. */
    private @Nullable TargetEventPublication publication(UUID id, StoredEvent event, Progress progress) {
        Class<?> type = types.load(id, event);
        return type == null
                ? null
                : new WalEventPublication(
                        id, event, progress, progress.statusIn(life), () -> types.deserialize(event, type));
    }

    int countCompleted() {
        return transactions.inNone(maps.completed()::size);
    }

    int countIncomplete(Status status) {
        return ids(maps.incomplete(), progress -> progress.statusIn(life) == status)
                .size();
    }

    List<UUID> completedBefore(Instant instant) {
        return ids(maps.completed(), progress -> {
            Instant date = progress.completionDate();
            return date != null && date.isBefore(instant);
        });
    }

    private List<UUID> ids(DurableMap<UUID, Progress> map, Predicate<Progress> condition) {
        return transactions.inNone(() -> {
            List<UUID> found = new ArrayList<>();
            map.forEach((id, progress) -> {
                if (condition.test(progress)) {
                    found.add(id);
                }
            });
            return found;
        });
    }
}
