package dev.wal.it.join;

/**
 * How an application lives and ends.
 *
 * @param payments acknowledged before the kill, where it does not come at a step
 * @param delayMicros from these to the kill
 */
record Life(Kill kill, StopAt stop, int payments, int delayMicros) {

    static Life at(Kill kill, Step step, int passes) {
        return new Life(kill, new StopAt(step, passes), 0, 0);
    }

    static Life after(Kill kill, int payments, int delayMicros) {
        return new Life(kill, StopAt.NOWHERE, payments, delayMicros);
    }

    /** Whether it ends before it has started. */
    boolean endsInTheStart() {
        return stop.step() != null && stop.step().isOfTheStart();
    }
}
