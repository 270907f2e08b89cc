package dev.wal.demo.web;

import dev.wal.demo.ledger.InsufficientFundsException;
import dev.wal.demo.ledger.InvalidRequestException;
import dev.wal.demo.ledger.ReferenceReusedException;
import dev.wal.demo.ledger.UnknownAccountException;
import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** What the ledger refuses, as problem details. */
@RestControllerAdvice
class LedgerProblems {

    @ExceptionHandler({InvalidRequestException.class, MissingFieldException.class})
    ProblemDetail invalid(RuntimeException e) {
        return problem(HttpStatus.BAD_REQUEST, "invalid-request", "Invalid request", e);
    }

    @ExceptionHandler
    ProblemDetail unknown(UnknownAccountException e) {
        return problem(HttpStatus.NOT_FOUND, "unknown-account", "Unknown account", e);
    }

    @ExceptionHandler
    ProblemDetail insufficient(InsufficientFundsException e) {
        return problem(HttpStatus.CONFLICT, "insufficient-funds", "Insufficient funds", e);
    }

    @ExceptionHandler
    ProblemDetail reused(ReferenceReusedException e) {
        return problem(HttpStatus.CONFLICT, "reference-reused", "Reference reused", e);
    }

    private static ProblemDetail problem(HttpStatus status, String type, String title, RuntimeException e) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, e.getMessage());
        problem.setType(URI.create("urn:ledger:" + type));
        problem.setTitle(title);
        return problem;
    }
}
