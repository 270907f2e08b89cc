package dev.wal.it.join;

/**
 * How long and hard to try, from system properties.
 *
 * @param everyStep {@code join.crash.everyStep}: kills each of the two and both at every step, instead of some at some steps, and what is tried with statements is tried with Hibernate, too
 * @param lives {@code join.crash.lives}: kills at random moments, for each application
 * @param seed {@code join.crash.seed}: makes the same decisions again; the threads still run as they like
 */
record CrashOptions(boolean everyStep, int lives, long seed) {

    static CrashOptions fromSystemProperties() {
        return new CrashOptions(
                Boolean.getBoolean("join.crash.everyStep"),
                Integer.getInteger("join.crash.lives", 0),
                Long.getLong("join.crash.seed", System.nanoTime()));
    }
}
