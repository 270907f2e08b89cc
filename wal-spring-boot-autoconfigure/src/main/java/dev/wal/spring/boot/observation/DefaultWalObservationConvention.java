package dev.wal.spring.boot.observation;

import dev.wal.common.CommitUnknownException;
import dev.wal.spring.boot.observation.WalObservationDocumentation.LowCardinalityKeys;
import io.micrometer.common.KeyValues;
import java.util.Locale;

/** What {@link WalObservationDocumentation} says. Extend it to add key values. */
public class DefaultWalObservationConvention implements WalObservationConvention {
    @Override
    public String getName() {
        return "wal.operation";
    }

    @Override
    public String getContextualName(WalObservationContext context) {
        return "wal " + kind(context);
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(WalObservationContext context) {
        return KeyValues.of(
                LowCardinalityKeys.KIND.withValue(kind(context)),
                LowCardinalityKeys.OUTCOME.withValue(outcome(context)));
    }

    private static String kind(WalObservationContext context) {
        return context.getOperation().name().toLowerCase(Locale.ROOT);
    }

    private static String outcome(WalObservationContext context) {
        Throwable error = context.getError();
        if (error == null) {
            return "success";
        }
        return error instanceof CommitUnknownException ? "unknown" : "failure";
    }
}
