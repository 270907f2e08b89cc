package dev.wal.it.join;

/** A moment between the first write of a joined transaction and the end of all that is left of it, in their order. */
enum Step {
    /** The transaction's own work is done; its Prepare has no place in the log yet. */
    PREPARE_BEGINS,
    /** The Prepare is written and not forced. */
    PREPARE_WRITTEN,
    PREPARE_FORCED,
    MARKER_INSERTS,
    MARKER_INSERTED,
    /** COMMIT is about to be sent to the database. */
    DATABASE_COMMITS,
    /** The database has answered. */
    DATABASE_COMMITTED,
    /** The log's outcome has no place in the log yet. */
    OUTCOME_BEGINS,
    OUTCOME_LOGGED,
    MARKERS_DELETE,
    MARKERS_DELETED,

    /** The application lives, and the database is about to be asked about a transaction whose COMMIT has failed. */
    DOUBT_ASKS,
    /** The database has the question, and has not made its answer durable. */
    DOUBT_ANSWERED,

    /** While the application starts: a transaction is in doubt, and the database is about to be asked. */
    RESOLUTION_ASKS(true),
    RESOLUTION_ANSWERED(true),
    /** What was decided is about to be forced in the log. */
    RESOLUTION_FORCES(true),
    RESOLUTION_FORCED(true);

    private final boolean ofTheStart;

    Step() {
        this(false);
    }

    Step(boolean ofTheStart) {
        this.ofTheStart = ofTheStart;
    }

    /** Whether it is met only if the database refuses a COMMIT, which one that looks at each constraint at once does not. */
    boolean needsARefusedCommit() {
        return this == DOUBT_ASKS || this == DOUBT_ANSWERED;
    }

    /** Whether it is met while an application starts that finds a transaction in doubt. */
    boolean isOfTheStart() {
        return ofTheStart;
    }
}
