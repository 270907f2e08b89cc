package dev.wal.it.join;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long to measure, from system properties. What is not given is short: it shows that the measurement works, and no figures to rely on.
 *
 * @param seconds {@code join.cost.seconds}: for each way and number of threads, in each round
 * @param warmUp {@code join.cost.warm-up}: seconds before
 * @param rounds {@code join.cost.rounds}: in which the ways take turns; medians are printed
 * @param threads {@code join.cost.threads}: numbers of them, separated by commas
 * @param perSecond {@code join.cost.rate}: transactions a second of the measurement at a steady rate
 */
record CostOptions(Duration seconds, Duration warmUp, int rounds, List<Integer> threads, int perSecond) {

    static CostOptions fromSystemProperties() {
        return new CostOptions(
                seconds("join.cost.seconds", "0.2"),
                seconds("join.cost.warm-up", "0"),
                Integer.getInteger("join.cost.rounds", 1),
                Stream.of(System.getProperty("join.cost.threads", "2").split(","))
                        .map(Integer::valueOf)
                        .toList(),
                Integer.getInteger("join.cost.rate", 200));
    }

    private static Duration seconds(String property, String defaultValue) {
        return Duration.ofMillis(Math.round(1e3 * Double.parseDouble(System.getProperty(property, defaultValue))));
    }
}
