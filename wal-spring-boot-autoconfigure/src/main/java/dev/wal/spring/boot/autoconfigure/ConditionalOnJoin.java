package dev.wal.spring.boot.autoconfigure;

import dev.wal.spring.transaction.TransactionJoin;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Conditional;

/** Matches where {@code wal.transaction.join} has a value, in whichever way it is written. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnJoinCondition.class)
@interface ConditionalOnJoin {
    TransactionJoin[] value();
}
