package dev.wal.listener;

import java.util.Arrays;
import java.util.Objects;
import java.util.Set;

/** How a listener works. Immutable, and checked when built. */
public final class ListenerOptions {
    private final String id;
    private final Set<String> tables;
    private final boolean fromCheckpoint;
    private final StartAt startAt;
    private final BackOff backOff;
    private final int tries;
    private final FailurePolicy failurePolicy;

    private ListenerOptions(Builder builder) {
        this.id = builder.id;
        this.tables = builder.tables;
        this.fromCheckpoint = builder.fromCheckpoint;
        this.startAt = builder.startAt;
        this.backOff = builder.backOff;
        this.tries = builder.tries;
        this.failurePolicy = builder.failurePolicy;
    }

    /**
     * Options of a listener.
     *
     * @param id names the listener, and the consumer of the log whose position it keeps: 1 to 100 ASCII letters, digits, dots, hyphens and underscores, the first a letter or digit. Has to stay as it is
     */
    public static Builder builder(String id) {
        return new Builder(id);
    }

    public String id() {
        return id;
    }

    /** Empty for all. */
    public Set<String> tables() {
        return tables;
    }

    public boolean fromCheckpoint() {
        return fromCheckpoint;
    }

    public StartAt startAt() {
        return startAt;
    }

    public BackOff backOff() {
        return backOff;
    }

    public int tries() {
        return tries;
    }

    public FailurePolicy failurePolicy() {
        return failurePolicy;
    }

    boolean listensTo(String table) {
        return tables.isEmpty() || tables.contains(table);
    }

    /** Collects options; see each method for its default. For one thread. */
    public static final class Builder {
        private final String id;
        private Set<String> tables = Set.of();
        private boolean fromCheckpoint;
        private StartAt startAt = StartAt.END;
        private BackOff backOff = BackOff.standard();
        private int tries = 10;
        private FailurePolicy failurePolicy = FailurePolicy.STOP;

        private Builder(String id) {
            this.id = Objects.requireNonNull(id, "id");
        }

        /** Tables whose changes are handed over. Default all. */
        public Builder tables(String... names) {
            this.tables = Set.copyOf(Arrays.asList(names));
            return this;
        }

        /**
         * Has no durable position: each start begins with what was committed since the last checkpoint of each partition, and goes on with what comes. For memory that is filled anew at each start. Default not.
         */
        public Builder fromCheckpoint() {
            this.fromCheckpoint = true;
            return this;
        }

        /** Where to begin if there is no position yet. Default {@link StartAt#END}. */
        public Builder startAt(StartAt place) {
            this.startAt = Objects.requireNonNull(place, "place");
            return this;
        }

        /** Waits between tries. Default {@link BackOff#standard()}. */
        public Builder backOff(BackOff waits) {
            this.backOff = Objects.requireNonNull(waits, "waits");
            return this;
        }

        /** How often a change is handed over, the first time included, before the policy decides; at least 1. Default 10. */
        public Builder tries(int number) {
            this.tries = number;
            return this;
        }

        /** What happens after the last try. Default {@link FailurePolicy#STOP}. */
        public Builder failurePolicy(FailurePolicy policy) {
            this.failurePolicy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /** @throws IllegalArgumentException if an option is out of its range */
        public ListenerOptions build() {
            if (tries < 1) {
                throw new IllegalArgumentException("tries of listener " + id + " must be at least 1, not " + tries);
            }
            return new ListenerOptions(this);
        }
    }
}
