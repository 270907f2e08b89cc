package dev.wal.spring.boot.autoconfigure;

import dev.wal.spring.transaction.TransactionJoin;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

final class OnJoinCondition extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        MergedAnnotation<ConditionalOnJoin> annotation =
                metadata.getAnnotations().get(ConditionalOnJoin.class);
        TransactionJoin join = joinOf(context.getEnvironment());
        boolean matches = false;
        for (TransactionJoin wanted : annotation.getEnumArray(MergedAnnotation.VALUE, TransactionJoin.class)) {
            matches |= wanted == join;
        }
        return new ConditionOutcome(
                matches,
                ConditionMessage.forCondition(ConditionalOnJoin.class)
                        .because("wal.transaction.join is " + join.name()));
    }

    static TransactionJoin joinOf(Environment environment) {
        return Binder.get(environment)
                .bind("wal.transaction.join", TransactionJoin.class)
                .orElse(TransactionJoin.NONE);
    }
}
