package dev.wal.spring.boot.observation;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.WalOperation;
import dev.wal.spring.boot.observation.WalObservationDocumentation.LowCardinalityKeys;
import io.micrometer.common.KeyValues;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What {@link WalObservationDocumentation} says. Extend it to add key values. */
public class DefaultWalObservationConvention implements WalObservationConvention {
    /** Made once: names and key values are asked for twice of each commit that is observed. */
    private static final Map<WalOperation, Names> NAMES = new EnumMap<>(WalOperation.class);

    static {
        for (WalOperation operation : WalOperation.values()) {
            NAMES.put(operation, Names.of(operation.name().toLowerCase(Locale.ROOT)));
        }
    }

    private record Names(String contextual, KeyValues success, KeyValues failure, KeyValues unknown) {
        private static Names of(String kind) {
            return new Names(
                    "wal " + kind, keyValues(kind, "success"), keyValues(kind, "failure"), keyValues(kind, "unknown"));
        }

        private static KeyValues keyValues(String kind, String outcome) {
            return KeyValues.of(LowCardinalityKeys.KIND.withValue(kind), LowCardinalityKeys.OUTCOME.withValue(outcome));
        }
    }

    @Override
    public String getName() {
        return "wal.operation";
    }

    @Override
    public String getContextualName(WalObservationContext context) {
        return names(context).contextual;
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(WalObservationContext context) {
        Names names = names(context);
        Throwable error = context.getError();
        if (error == null) {
            return names.success;
        }
        return error instanceof CommitUnknownException ? names.unknown : names.failure;
    }

    private static Names names(WalObservationContext context) {
        return Objects.requireNonNull(NAMES.get(context.getOperation()));
    }
}
