package dev.wal.it.join;

/** Tells steps from what threads do at the ports to the database and to the disk, and from what they have done there before. Safe for use by several threads. */
final class StepWatch {
    /** How far this thread is with a payment. */
    private enum Phase {
        WORKS,
        PREPARES,
        PREPARED,
        COMMITTED
    }

    private final Steps steps;
    private final ThreadLocal<Phase> phase = ThreadLocal.withInitial(() -> Phase.WORKS);
    private volatile boolean starts = true;

    /** Whether the database was asked about a transaction while the application starts. */
    private volatile boolean asked;

    StepWatch(Steps steps) {
        this.steps = steps;
    }

    /** The application is started, and payments begin. */
    void started() {
        starts = false;
    }

    void connectionTaken() {
        phase.set(Phase.WORKS);
    }

    void markerInserts() {
        steps.reached(insert(Step.MARKER_INSERTS, Step.DOUBT_ASKS, Step.RESOLUTION_ASKS));
    }

    void markerInserted() {
        asked = starts;
        steps.reached(insert(Step.MARKER_INSERTED, Step.DOUBT_ANSWERED, Step.RESOLUTION_ANSWERED));
    }

    /** A marker that says that a transaction can never commit is inserted by who has no transaction of the log. */
    private Step insert(Step ofPayment, Step ofDoubt, Step ofStart) {
        if (starts) {
            return ofStart;
        }
        return phase.get() == Phase.PREPARED ? ofPayment : ofDoubt;
    }

    /** What earlier lives have left may be done before that. */
    private void reachedByPayments(Step step) {
        if (!starts) {
            steps.reached(step);
        }
    }

    void databaseCommits() {
        reachedByPayments(Step.DATABASE_COMMITS);
    }

    void databaseCommitted() {
        phase.set(Phase.COMMITTED);
        reachedByPayments(Step.DATABASE_COMMITTED);
    }

    void markersDelete() {
        reachedByPayments(Step.MARKERS_DELETE);
    }

    void markersDeleted() {
        reachedByPayments(Step.MARKERS_DELETED);
    }

    void logCommits() {
        if (phase.get() == Phase.COMMITTED) {
            reachedByPayments(Step.OUTCOME_BEGINS);
        } else if (phase.get() == Phase.WORKS) {
            phase.set(Phase.PREPARES);
            reachedByPayments(Step.PREPARE_BEGINS);
        }
    }

    void logCommitted() {
        if (phase.get() == Phase.COMMITTED) {
            reachedByPayments(Step.OUTCOME_LOGGED);
        } else if (phase.get() == Phase.PREPARES) {
            phase.set(Phase.PREPARED);
            reachedByPayments(Step.PREPARE_FORCED);
        }
    }

    void logForces() {
        if (starts && asked) {
            steps.reached(Step.RESOLUTION_FORCES);
        } else if (phase.get() == Phase.PREPARES) {
            reachedByPayments(Step.PREPARE_WRITTEN);
        }
    }

    void logForced() {
        if (starts && asked) {
            steps.reached(Step.RESOLUTION_FORCED);
        }
    }
}
