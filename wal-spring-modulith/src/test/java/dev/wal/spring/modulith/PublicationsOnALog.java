package dev.wal.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.modulith.events.EventPublication.Status;
import org.springframework.modulith.events.core.PublicationTargetIdentifier;
import org.springframework.modulith.events.core.TargetEventPublication;
import org.springframework.modulith.events.support.CompletionMode;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** A repository on a log alone, which can be opened again, and its publications of one kind of event. */
abstract class PublicationsOnALog {
    static final PublicationTargetIdentifier LISTENER = PublicationTargetIdentifier.of("listener");
    static final PublicationTargetIdentifier OTHER_LISTENER = PublicationTargetIdentifier.of("other");
    static final Instant DATE = Instant.parse("2026-01-01T00:00:00.123456789Z");

    @TempDir
    Path directory;

    Publications publications;
    WalEventPublicationRepository repository;

    record Event(String text) {}

    @BeforeEach
    void open() {
        reopen(CompletionMode.UPDATE);
    }

    final void reopen(CompletionMode mode) {
        close();
        publications = Publications.open(directory, mode);
        repository = publications.repository;
    }

    @AfterEach
    void close() {
        if (publications != null) {
            publications.close();
        }
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
    }

    final TargetEventPublication published(String text, int second) {
        return create(new Event(text), LISTENER, DATE.plusSeconds(second));
    }

    final TargetEventPublication create(Event event, PublicationTargetIdentifier listener, Instant date) {
        return repository.create(TargetEventPublication.of(event, listener, date));
    }

    final Optional<TargetEventPublication> find(String text) {
        return repository.findIncompletePublicationsByEventAndTargetIdentifier(new Event(text), LISTENER);
    }

    final TargetEventPublication only(Status status) {
        List<TargetEventPublication> found = repository.findByStatus(status);
        assertThat(found).hasSize(1);
        assertThat(found.get(0).getStatus()).isEqualTo(status);
        return found.get(0);
    }

    static List<String> events(List<TargetEventPublication> publications) {
        return publications.stream()
                .map(found -> ((Event) found.getEvent()).text())
                .toList();
    }
}
