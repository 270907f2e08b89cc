package dev.wal.demo.web;

import dev.wal.common.WalException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * What goes wrong in the service itself, as problem details. Comes after all other advice, whose exceptions it must not take.
 *
 * <p>A conflict is not tried again here: it has waited for the lock already, and the client knows better whether it still wants to.
 */
@RestControllerAdvice
@Order
class ServiceProblems {
    private static final Logger logger = LoggerFactory.getLogger(ServiceProblems.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> conflict(ConcurrencyFailureException e) {
        return unavailable("Another request holds the account or the reference. Nothing has changed; try again.");
    }

    @ExceptionHandler({CannotCreateTransactionException.class, WalException.class})
    ResponseEntity<ProblemDetail> refused(RuntimeException e) {
        logger.error("The log refuses a transaction", e);
        return unavailable("Nothing can be stored at present. Nothing has changed.");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unknown(TransactionSystemException e) {
        logger.error("The outcome of a transaction is unknown", e);
        return unavailable("Whether this was stored is unknown. Send it again with the same reference.");
    }

    @ExceptionHandler
    ProblemDetail bug(Exception e) {
        logger.error("A request failed", e);
        return ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR, "The request failed.");
    }

    private static ResponseEntity<ProblemDetail> unavailable(String detail) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, String.valueOf(RETRY_AFTER.toSeconds()))
                .body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, detail));
    }
}
