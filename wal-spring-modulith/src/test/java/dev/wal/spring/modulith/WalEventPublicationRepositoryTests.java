package dev.wal.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.modulith.events.EventPublication.Status;
import org.springframework.modulith.events.core.EventPublicationRepository.FailedCriteria;
import org.springframework.modulith.events.core.TargetEventPublication;
import org.springframework.modulith.events.support.CompletionMode;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Creating publications, and the steps of their delivery. */
class WalEventPublicationRepositoryTests extends PublicationsOnALog {
    @Test
    void aPublicationComesBackAsItWasCreated() {
        TargetEventPublication created = published("a", 0);

        reopen(CompletionMode.UPDATE);

        assertThat(repository.findIncompletePublications()).singleElement().satisfies(found -> {
            assertThat(found.getIdentifier()).isEqualTo(created.getIdentifier());
            assertThat(found.getEvent()).isEqualTo(new Event("a")).isSameAs(found.getEvent());
            assertThat(found.getTargetIdentifier()).isEqualTo(LISTENER);
            assertThat(found.getPublicationDate()).isEqualTo(DATE);
            assertThat(found.getStatus()).isEqualTo(Status.PUBLISHED);
            assertThat(found.getCompletionAttempts()).isEqualTo(1);
            assertThat(found.getLastResubmissionDate()).isEqualTo(DATE);
            assertThat(found.getCompletionDate()).isEmpty();
        });
    }

    @Test
    void aPublicationVanishesWithItsTransaction() {
        publications.transactions.executeWithoutResult(status -> {
            published("a", 0);
            status.setRollbackOnly();
        });

        assertThat(repository.findIncompletePublications()).isEmpty();
        assertThat(find("a")).isEmpty();
    }

    @Test
    void aPublicationVanishesWithItsNestedTransaction() {
        publications.transactions.executeWithoutResult(status -> {
            published("a", 0);
            Object savepoint = status.createSavepoint();
            published("b", 0);
            status.rollbackToSavepoint(savepoint);
        });

        assertThat(events(repository.findIncompletePublications())).containsExactly("a");
        assertThat(find("a")).isPresent();
        assertThat(find("b")).isEmpty();
    }

    @Test
    void aPublicationIsNotSeenBeforeItsTransactionCommits() {
        publications.transactions.executeWithoutResult(status -> {
            published("a", 0);
            assertThat(repository.findIncompletePublications()).isEmpty();
        });

        assertThat(repository.findIncompletePublications()).hasSize(1);
    }

    @Test
    void stepsAreTakenWhileACallersTransactionIsOpenAndStayWhenItRollsBack() {
        UUID id = published("a", 0).getIdentifier();

        publications.transactions.executeWithoutResult(status -> {
            assertThat(repository.markResubmitted(id, DATE.plusSeconds(1))).isTrue();
            status.setRollbackOnly();
        });

        assertThat(repository.countByStatus(Status.RESUBMITTED)).isEqualTo(1);
    }

    @Test
    void stepsAreTakenAfterTheCommitOfThePublisherInItsThread() {
        publications.transactions.executeWithoutResult(status -> {
            UUID id = published("a", 0).getIdentifier();
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    repository.markProcessing(id);
                    repository.markCompleted(id, DATE);
                }
            });
        });

        assertThat(repository.findCompletedPublications()).hasSize(1);
    }

    @Test
    void statusAndAttemptsFollowTheSteps() {
        UUID id = published("a", 0).getIdentifier();

        repository.markProcessing(id);
        assertThat(only(Status.PROCESSING).getCompletionAttempts()).isEqualTo(1);
        repository.markFailed(id);
        assertThat(only(Status.FAILED).getCompletionAttempts()).isEqualTo(1);
        assertThat(repository.markResubmitted(id, DATE.plusSeconds(9))).isTrue();
        assertThat(only(Status.RESUBMITTED).getCompletionAttempts()).isEqualTo(2);
        assertThat(only(Status.RESUBMITTED).getLastResubmissionDate()).isEqualTo(DATE.plusSeconds(9));
        repository.markCompleted(only(Status.RESUBMITTED), DATE.plusSeconds(10));
        assertThat(only(Status.COMPLETED).getCompletionDate()).contains(DATE.plusSeconds(10));
        assertThat(only(Status.COMPLETED).getCompletionAttempts()).isEqualTo(2);
        assertThat(repository.findIncompletePublications()).isEmpty();
    }

    @Test
    void aPublicationIsResubmittedOnceAtATime() {
        UUID id = published("a", 0).getIdentifier();

        assertThat(repository.markResubmitted(id, DATE)).isTrue();
        assertThat(repository.markResubmitted(id, DATE)).isFalse();
    }

    @Test
    void ofManyThreadsThatResubmitAPublicationOneDoes() throws Exception {
        int threads = 8;
        UUID id = published("a", 0).getIdentifier();
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Boolean>> claims = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                claims.add(executor.submit(() -> {
                    start.await(60, TimeUnit.SECONDS);
                    return repository.markResubmitted(id, DATE);
                }));
            }
            int won = 0;
            for (Future<Boolean> claim : claims) {
                won += claim.get(60, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        } finally {
            executor.shutdown();
        }
        assertThat(only(Status.RESUBMITTED).getCompletionAttempts()).isEqualTo(2);
    }

    @Test
    void aCompletedOrDeletedPublicationIsNotDeliveredAgain() {
        UUID completed = published("a", 0).getIdentifier();
        UUID deleted = published("b", 0).getIdentifier();
        repository.markCompleted(completed, DATE);
        repository.deletePublications(List.of(deleted));

        for (UUID id : List.of(completed, deleted)) {
            assertThat(repository.markResubmitted(id, DATE)).isFalse();
            repository.markProcessing(id);
            repository.markFailed(id);
            repository.markCompleted(id, DATE.plusSeconds(1));
        }

        assertThat(repository.findIncompletePublications()).isEmpty();
        assertThat(only(Status.COMPLETED).getCompletionDate()).contains(DATE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.class,
            names = {"PROCESSING", "RESUBMITTED"})
    void whatAnEarlierLifeWasDeliveringHasFailedAndCanBeResubmitted(Status status) {
        UUID id = published("a", 0).getIdentifier();
        if (status == Status.PROCESSING) {
            repository.markProcessing(id);
        } else {
            repository.markResubmitted(id, DATE);
        }
        assertThat(repository.countByStatus(status)).isEqualTo(1);

        reopen(CompletionMode.UPDATE);

        assertThat(repository.countByStatus(status)).isZero();
        assertThat(repository.findFailedPublications(FailedCriteria.ALL)).hasSize(1);
        assertThat(repository.markResubmitted(id, DATE)).isTrue();
        assertThat(repository.markResubmitted(id, DATE)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(CompletionMode.class)
    void completedPublicationsAreKeptUnlessTheyAreToBeDeleted(CompletionMode mode) {
        reopen(mode);
        UUID id = published("a", 0).getIdentifier();
        repository.markCompleted(id, DATE);

        reopen(mode);

        int kept = mode == CompletionMode.DELETE ? 0 : 1;
        assertThat(repository.findIncompletePublications()).isEmpty();
        assertThat(repository.findCompletedPublications()).hasSize(kept);
        assertThat(repository.findByStatus(Status.COMPLETED)).hasSize(kept);
        assertThat(repository.countByStatus(Status.COMPLETED)).isEqualTo(kept);
        assertThat(publications.maps.events().size()).isEqualTo(kept);
        assertThat(publications.maps.incomplete().size()).isZero();
    }

    @Test
    void publicationsOutliveACheckpoint() {
        published("a", 0);
        repository.markCompleted(published("b", 0).getIdentifier(), DATE);
        publications.log.checkpointAll();

        reopen(CompletionMode.UPDATE);

        assertThat(events(repository.findIncompletePublications())).containsExactly("a");
        assertThat(events(repository.findCompletedPublications())).containsExactly("b");
    }
}
