package dev.wal.spring.boot.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** What is observed. */
public enum WalObservationDocumentation implements ObservationDocumentation {
    /**
     * A commit within another observation, a checkpoint, opening the log at the start, or restoring states. One name for all, which differs from those of the meters of the log ({@code wal.commit} and others): a handler that
     * makes a timer of each observation would else register a second timer of the same name with other tags, which some registries refuse.
     */
    OPERATION;

    @Override
    public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
        return DefaultWalObservationConvention.class;
    }

    @Override
    public KeyName[] getLowCardinalityKeyNames() {
        return LowCardinalityKeys.values();
    }

    @Override
    public String getPrefix() {
        return "wal.";
    }

    /** Key names whose values are few. */
    public enum LowCardinalityKeys implements KeyName {
        /** {@code commit}, {@code checkpoint}, {@code open} or {@code restore}. */
        KIND {
            @Override
            public String asString() {
                return "wal.kind";
            }
        },

        /** {@code success}; {@code failure} if it failed and nothing has changed; {@code unknown} of a commit whose outcome is not known until a restart. */
        OUTCOME {
            @Override
            public String asString() {
                return "wal.outcome";
            }
        }
    }
}
