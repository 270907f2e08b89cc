package dev.wal.proof;

import java.util.List;

/**
 * How a writer runs.
 *
 * @param seed of all that is written
 * @param life counts the lives of a log
 * @param moment when it is held
 * @param number of the call of this moment, from 1
 * @param lies whether its files return from a force without having forced anything
 */
record Run(Level level, long seed, int life, Moment moment, int number, boolean lies) {
    List<String> arguments() {
        return List.of(
                level.name(),
                String.valueOf(seed),
                String.valueOf(life),
                moment.name(),
                String.valueOf(number),
                String.valueOf(lies));
    }

    static Run of(List<String> arguments) {
        return new Run(
                Level.valueOf(arguments.get(0)),
                Long.parseLong(arguments.get(1)),
                Integer.parseInt(arguments.get(2)),
                Moment.valueOf(arguments.get(3)),
                Integer.parseInt(arguments.get(4)),
                Boolean.parseBoolean(arguments.get(5)));
    }
}
