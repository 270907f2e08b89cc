package dev.wal.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Runs a class in a JVM of its own. */
final class ChildJvm {
    private ChildJvm() {}

    /**
     * What it printed.
     *
     * @param options of the JVM
     */
    static List<String> run(Class<?> main, List<String> options, String... arguments) throws IOException {
        Process child = new ProcessBuilder(command(main, options, arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
            return output.lines().toList();
        }
    }

    /** The command that runs it, with the access to the JDK and the libraries that peers need. */
    static List<String> command(Class<?> main, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JdkAccess.options());
        command.add("-Djava.library.path=" + System.getProperty("java.library.path"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        Collections.addAll(command, arguments);
        return command;
    }
}
