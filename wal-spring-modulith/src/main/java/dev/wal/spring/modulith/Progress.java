package dev.wal.spring.modulith;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.modulith.events.EventPublication.Status;

/**
 * How far the delivery of a publication has come; written anew at each step. Its components are stored in this order: a change needs an upcaster.
 *
 * @param status name of a {@link Status}: kept as text, so that a name of another version of Spring Modulith cannot stop recovery
 * @param life of the application in which the status was set. One process owns the log, so a delivery that an earlier life began, and did not complete, is not under way any more.
 * @param completionDate null unless completed
 */
record Progress(
        String status,
        long life,
        int completionAttempts,
        @Nullable Instant lastResubmissionDate,
        @Nullable Instant completionDate) {

    /** The status as it is in a life of the application: what an earlier one was processing, or had resubmitted, has failed. */
    Status statusIn(long currentLife) {
        Status stored = Status.valueOf(status);
        boolean underWay = stored == Status.PROCESSING || stored == Status.RESUBMITTED;
        return underWay && life != currentLife ? Status.FAILED : stored;
    }

    Progress as(Status next, long currentLife) {
        return new Progress(next.name(), currentLife, completionAttempts, lastResubmissionDate, completionDate);
    }

    Progress resubmitted(Instant date, long currentLife) {
        return new Progress(Status.RESUBMITTED.name(), currentLife, completionAttempts + 1, date, null);
    }

    Progress completed(Instant date, long currentLife) {
        return new Progress(Status.COMPLETED.name(), currentLife, completionAttempts, lastResubmissionDate, date);
    }
}
