package dev.wal.proof;

import java.util.EnumMap;
import java.util.Map;

/** Counts for a scenario. */
final class Tally {
    private final String scenario;
    private long crashes;
    private long acknowledged;
    private long lostAsAllowed;
    private long lost;
    private long doubled;
    private long wronglyAccepted;
    private long torn;
    private long readTwice;
    private final Map<Moment, Integer> moments = new EnumMap<>(Moment.class);

    Tally(String scenario) {
        this.scenario = scenario;
    }

    void crash(Moment moment) {
        crashes++;
        moments.merge(moment, 1, Integer::sum);
    }

    void acknowledged(long number) {
        acknowledged += number;
    }

    void lostAsAllowed(long number) {
        lostAsAllowed += number;
    }

    void lost(long number) {
        lost += number;
    }

    void doubled(long number) {
        doubled += number;
    }

    void wronglyAccepted(long number) {
        wronglyAccepted += number;
    }

    void torn() {
        torn++;
    }

    /** So many transactions of a log were found by the second reader as by the engine. */
    void readTwice(long number) {
        readTwice += number;
    }

    /** A row of the table in docs/reliability.md. */
    @Override
    public String toString() {
        return "| " + scenario + " | " + crashes + " | " + acknowledged + " | " + lost + " | " + doubled + " | "
                + wronglyAccepted + " | " + lostAsAllowed + " | " + torn + " | " + readTwice + " | "
                + moments + " |";
    }
}
