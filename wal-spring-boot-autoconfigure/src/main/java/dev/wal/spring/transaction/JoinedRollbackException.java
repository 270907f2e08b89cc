package dev.wal.spring.transaction;

import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedRuntimeException;

/**
 * A transaction was rolled back because the transaction of the log that had joined it cannot be committed. Try it again as a whole.
 *
 * <p>None of Spring's transaction exceptions on purpose: one that is thrown before the commit has Spring believe that the outcome is known, or cannot be, and leave out the rollback.
 */
public final class JoinedRollbackException extends NestedRuntimeException {
    private static final long serialVersionUID = 1;

    JoinedRollbackException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
