package dev.wal.proof;

/**
 * How a writer ended.
 *
 * @param lostPower whether the file system lost its power, too
 */
record Crash(Level level, boolean lostPower) {
    /** Whether all that was acknowledged must be there. */
    boolean keepsAllThatIsAcknowledged() {
        return !lostPower || level.forces();
    }
}
