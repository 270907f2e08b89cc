package dev.wal.benchmark;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A command and its options, {@code --name=value} each. Options that nobody asked for are refused. For one thread. */
final class CommandLine {
    private static final Set<String> HELP = Set.of("--help", "-h", "help");

    private final String command;
    private final Map<String, String> values;

    private CommandLine(String command, Map<String, String> values) {
        this.command = command;
        this.values = values;
    }

    static CommandLine parse(String... arguments) {
        String command = "";
        Map<String, String> values = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (HELP.contains(argument)) {
                return new CommandLine("help", Map.of());
            } else if (argument.startsWith("--") && equals > 0) {
                values.put(argument.substring(2, equals), argument.substring(equals + 1));
            } else if (command.isEmpty()) {
                command = argument;
            } else {
                throw new IllegalArgumentException("'" + argument + "' is not of the form --name=value.");
            }
        }
        return new CommandLine(command.isEmpty() ? "help" : command, values);
    }

    String command() {
        return command;
    }

    boolean isHelp() {
        return command.equals("help");
    }

    /** The value of an option; each can be taken once. */
    <T> T take(String name, String defaultValue, Function<String, T> parser) {
        String value = values.remove(name);
        String text = value == null ? defaultValue : value;
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--" + name + "=" + text + " makes no sense: " + e.getMessage(), e);
        }
    }

    void refuseOthers() {
        if (!values.isEmpty()) {
            throw new IllegalArgumentException("'" + command + "' has no options " + values.keySet() + ".");
        }
    }
}
