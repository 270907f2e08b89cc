package dev.wal.it.join;

/** Tells steps from what threads do at the ports to the database and to the disk, and from what they have done there before. Safe for use by several threads. */
final class StepWatch {
    /** What this thread is at, in its transaction. */
    private enum Phase {
        WORKS,
        PREPARES,
        COMMITTED,
        RESOLVES
    }

    private final Steps steps;
    private final ThreadLocal<Phase> phase = ThreadLocal.withInitial(() -> Phase.WORKS);
    private volatile boolean starts = true;

    StepWatch(Steps steps) {
        this.steps = steps;
    }

    /** The application is started, and transactions begin. */
    void started() {
        starts = false;
    }

    void connectionTaken() {
        phase.set(Phase.WORKS);
    }

    void markerInserts() {
        steps.reached(starts ? Step.RESOLUTION_ASKS : Step.MARKER_INSERTS);
    }

    void markerInserted() {
        if (starts) {
            phase.set(Phase.RESOLVES);
        }
        steps.reached(starts ? Step.RESOLUTION_ANSWERED : Step.MARKER_INSERTED);
    }

    void databaseCommits() {
        steps.reached(Step.DATABASE_COMMITS);
    }

    void databaseCommitted() {
        phase.set(Phase.COMMITTED);
        steps.reached(Step.DATABASE_COMMITTED);
    }

    void markersDelete() {
        steps.reached(Step.MARKERS_DELETE);
    }

    void markersDeleted() {
        steps.reached(Step.MARKERS_DELETED);
    }

    void logCommits() {
        if (phase.get() == Phase.COMMITTED) {
            steps.reached(Step.OUTCOME_BEGINS);
        } else if (phase.get() == Phase.WORKS && !starts) {
            phase.set(Phase.PREPARES);
            steps.reached(Step.PREPARE_BEGINS);
        }
    }

    void logCommitted() {
        if (phase.get() == Phase.COMMITTED) {
            steps.reached(Step.OUTCOME_LOGGED);
        } else if (phase.get() == Phase.PREPARES) {
            phase.set(Phase.WORKS);
            steps.reached(Step.PREPARE_FORCED);
        }
    }

    void logForces() {
        if (phase.get() == Phase.PREPARES) {
            steps.reached(Step.PREPARE_WRITTEN);
        } else if (phase.get() == Phase.RESOLVES) {
            steps.reached(Step.RESOLUTION_FORCES);
        }
    }

    void logForced() {
        if (phase.get() == Phase.RESOLVES) {
            steps.reached(Step.RESOLUTION_FORCED);
        }
    }
}
