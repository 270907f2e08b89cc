package dev.wal.spring.boot.observation;

import dev.wal.common.WalOperation;
import io.micrometer.observation.Observation;

/** An operation of the log that is observed. Its error, once it has ended, is what the operation threw, or an {@link UndisclosedFailureException} in its place. */
public class WalObservationContext extends Observation.Context {
    private final WalOperation operation;

    public WalObservationContext(WalOperation operation) {
        this.operation = operation;
    }

    public WalOperation getOperation() {
        return operation;
    }
}
