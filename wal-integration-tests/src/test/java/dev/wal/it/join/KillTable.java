package dev.wal.it.join;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of kills, with a line for each kind of them, in the order in which kinds were first met. For one thread. */
final class KillTable {
    private final Map<Kind, Counts> lines = new LinkedHashMap<>();

    /**
     * Kills of one kind.
     *
     * @param moment the step at which they came, or that they came at random
     * @param victim whom they hit
     * @param writes what wrote to the table
     */
    record Kind(String moment, String victim, String writes) {
        static Kind of(Life life, Class<?> configuration) {
            return of(life.stop().toString(), life.kill().name(), configuration);
        }

        static Kind of(String moment, String victim, Class<?> configuration) {
            return new Kind(moment, victim, configuration == JpaApplication.class ? "Hibernate" : "JDBC");
        }
    }

    /**
     * Over the lives that ended by kills of one kind.
     *
     * @param acknowledged payments
     * @param rolledBack payments, to the knowledge of who asked for them
     * @param unknown payments that had begun, and of which the application has not said, or not known, how they ended
     * @param disagreements found after them
     */
    record Counts(int kills, int acknowledged, int rolledBack, int unknown, int disagreements) {
        static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        /** What was told so far. */
        static Counts of(Told told) {
            return new Counts(0, told.paid().size(), told.undone().size(), told.unknown(), 0);
        }

        /** One kill, and what was told since. */
        Counts killed(Told told) {
            Counts now = of(told);
            return new Counts(
                    1, now.acknowledged - acknowledged, now.rolledBack - rolledBack, now.unknown - unknown, 0);
        }

        Counts plus(Counts other) {
            return new Counts(
                    kills + other.kills,
                    acknowledged + other.acknowledged,
                    rolledBack + other.rolledBack,
                    unknown + other.unknown,
                    disagreements + other.disagreements);
        }
    }

    void add(Kind kind, Counts counts) {
        lines.merge(kind, counts, Counts::plus);
    }

    /** @param last of the kills; who looks after each holds against it what is found */
    void addDisagreements(Kind last, int found) {
        add(last, new Counts(0, 0, 0, 0, found));
    }

    @Override
    public String toString() {
        List<String> all = new ArrayList<>();
        all.add("| moment | killed | writes by | kills | acknowledged | rolled back | unknown | disagreements |");
        all.add("|---|---|---|--:|--:|--:|--:|--:|");
        lines.forEach((kind, counts) -> all.add(line(kind, counts)));
        all.add(line(new Kind("all", "", ""), lines.values().stream().reduce(Counts.NONE, Counts::plus)));
        return String.join("\n", all);
    }

    private static String line(Kind kind, Counts counts) {
        return "| %s | %s | %s | %d | %d | %d | %d | %d |"
                .formatted(
                        kind.moment(),
                        kind.victim(),
                        kind.writes(),
                        counts.kills(),
                        counts.acknowledged(),
                        counts.rolledBack(),
                        counts.unknown(),
                        counts.disagreements());
    }
}
