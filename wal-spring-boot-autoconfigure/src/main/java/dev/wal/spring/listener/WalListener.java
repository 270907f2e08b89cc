package dev.wal.spring.listener;

import dev.wal.listener.FailurePolicy;
import dev.wal.listener.StartAt;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * Has a method of a bean called with each committed change, in commit order, at least once, by a thread of the listener's own, once the change is durable. No commit waits for it.
 *
 * <pre>{@code
 * @WalListener(id = "search-index", tables = "products")
 * public void on(WalChange change) { ... }
 * }</pre>
 *
 * <p>The method takes one {@link dev.wal.record.WalChange}, which also tells LSN, position, transaction id and commit time, and returns nothing. If it throws, the change is tried again; see {@link #tries} and {@link
 * #failurePolicy}. It may be transactional, and may write to the log. Listeners are started when the application context is ready and stopped before everything else; the bean {@link dev.wal.listener.WalListeners} controls them.
 * May be used as a meta-annotation.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Reflective
public @interface WalListener {

    /**
     * Names the listener, and what is remembered of it: how far it has come. Has to stay as it is, and to be unique. 1 to 100 ASCII letters, digits, dots, hyphens and underscores; placeholders are resolved.
     */
    String id();

    /** Tables whose changes are handed over; all if there is none. Placeholders are resolved, also to several names with commas between them. */
    String[] tables() default {};

    /**
     * Whether it has no durable position, but begins at each start with what was committed since the last checkpoint of each partition, and goes on with what comes. For memory that is filled anew at each start.
     */
    boolean fromCheckpoint() default false;

    /** Where a listener begins that was never started before. */
    StartAt startAt() default StartAt.END;

    /** How often a change is handed over before the policy decides; {@code wal.listener.tries} if it is empty. Placeholders are resolved. */
    String tries() default "";

    /** What happens after the last try. */
    FailurePolicy failurePolicy() default FailurePolicy.STOP;

    /** Wait before the second try; {@code wal.listener.first-wait} if it is empty. Placeholders are resolved. */
    String firstWait() default "";

    /** By how much each further wait is longer; {@code wal.listener.wait-multiplier} if it is empty. Placeholders are resolved. */
    String waitMultiplier() default "";

    /** Longest wait between two tries; {@code wal.listener.longest-wait} if it is empty. Placeholders are resolved. */
    String longestWait() default "";
}
