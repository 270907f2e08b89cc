package dev.wal.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.events.EventPublication.Status;
import org.springframework.modulith.events.core.EventPublicationRepository.FailedCriteria;
import org.springframework.modulith.events.core.TargetEventPublication;
import org.springframework.modulith.events.support.CompletionMode;

/** Which publications are found, in which order, and which are deleted. */
class PublicationSearchTests extends PublicationsOnALog {
    @Test
    void publicationsAreFoundOldestFirst() {
        published("c", 3);
        published("a", 1);
        published("b", 2);

        assertThat(events(repository.findIncompletePublications())).containsExactly("a", "b", "c");
        assertThat(events(repository.findIncompletePublicationsPublishedBefore(DATE.plusSeconds(3))))
                .containsExactly("a", "b");
    }

    @Test
    void failedPublicationsAreFoundByAgeAndNumber() {
        for (int i = 0; i < 5; i++) {
            repository.markFailed(published("e" + i, i).getIdentifier());
        }
        published("not failed", 0);

        FailedCriteria old = FailedCriteria.ALL.withPublicationsPublishedBefore(DATE.plusSeconds(4));

        assertThat(events(repository.findFailedPublications(FailedCriteria.ALL)))
                .hasSize(5);
        assertThat(events(repository.findFailedPublications(old))).containsExactly("e0", "e1", "e2", "e3");
        assertThat(events(repository.findFailedPublications(old.withItemsToRead(2))))
                .containsExactly("e0", "e1");
    }

    @Test
    void anIncompletePublicationIsFoundByEventAndListener() {
        published("a", 0);
        TargetEventPublication later = published("a", 1);
        create(new Event("a"), OTHER_LISTENER, DATE);
        repository.markCompleted(new Event("a"), LISTENER, DATE);

        assertThat(find("a"))
                .hasValueSatisfying(found -> assertThat(found.getIdentifier()).isEqualTo(later.getIdentifier()));
        reopen(CompletionMode.UPDATE);
        assertThat(find("a"))
                .hasValueSatisfying(found -> assertThat(found.getIdentifier()).isEqualTo(later.getIdentifier()));
        assertThat(find("b")).isEmpty();
    }

    @Test
    void ofEqualEventsOneIsCompletedAtATime() {
        TargetEventPublication first = published("a", 0);
        published("a", 1);
        published("a", 2);

        repository.markCompleted(new Event("a"), LISTENER, DATE);

        assertThat(only(Status.COMPLETED).getIdentifier()).isEqualTo(first.getIdentifier());
        assertThat(repository.findIncompletePublications()).hasSize(2);
    }

    @Test
    void eventsWithTheSameHashAreToldApart() {
        assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
        published("Aa", 0);
        published("BB", 1);

        assertThat(find("BB"))
                .hasValueSatisfying(found -> assertThat(found.getEvent()).isEqualTo(new Event("BB")));
    }

    @Test
    void anEventWhoseClassIsGoneIsLeftAlone() {
        published("a", 0);
        publications.close();

        publications = Publications.openWithoutEventClasses(directory);
        assertThat(publications.repository.findIncompletePublications()).isEmpty();

        reopen(CompletionMode.UPDATE);
        assertThat(repository.findIncompletePublications()).hasSize(1);
    }

    @Test
    void completedPublicationsAreDeletedByAge() {
        for (int i = 0; i < 3; i++) {
            repository.markCompleted(published("e" + i, 0).getIdentifier(), DATE.plusSeconds(i));
        }
        published("incomplete", 0);

        repository.deleteCompletedPublicationsBefore(DATE.plusSeconds(2));
        assertThat(events(repository.findCompletedPublications())).containsExactly("e2");

        repository.deleteCompletedPublications();
        assertThat(repository.findCompletedPublications()).isEmpty();
        assertThat(publications.maps.events().size()).isEqualTo(1);
    }

    @Test
    void morePublicationsAreDeletedThanFitOneTransaction() {
        List<UUID> ids = new ArrayList<>();
        publications.transactions.executeWithoutResult(status -> {
            for (int i = 0; i < 2500; i++) {
                ids.add(published("e" + i, 0).getIdentifier());
            }
        });

        repository.deletePublications(ids);

        assertThat(publications.maps.events().size()).isZero();
        assertThat(repository.findIncompletePublications()).isEmpty();
        assertThat(find("e7")).isEmpty();
    }
}
