package dev.wal.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the contenders below {@code strace}, in a JVM of its own, and counts their forces. */
final class Tracer {
    private static final int MINUTES_MAX = 10;

    /** The caller stops only at the calls that are traced; the others run at their own pace. */
    private static final List<String> STRACE =
            List.of("strace", "-f", "--seccomp-bpf", "-qq", "-ttt", "-e", "signal=none", "-e");

    private Tracer() {}

    /** Has all contenders that take part commit with one thread and with each of some numbers of threads. */
    static Confirmation trace(RoundOptions options, List<Integer> threads) throws IOException {
        Path own = options.directory().resolve("confirming");
        Directories.delete(own);
        Directories.create(own);
        try {
            return trace(own, arguments(own, options.only(), threads));
        } finally {
            Directories.delete(own);
        }
    }

    private static String[] arguments(Path directory, List<String> only, List<Integer> threads) {
        return Stream.concat(
                        Stream.of(directory.toString(), String.join(",", only)),
                        Stream.concat(Stream.of(1), threads.stream()).distinct().map(String::valueOf))
                .toArray(String[]::new);
    }

    private static Confirmation trace(Path directory, String... arguments) throws IOException {
        Path calls = directory.resolve("calls");
        Path output = directory.resolve("output");
        List<String> command = new ArrayList<>(STRACE);
        command.addAll(List.of("trace=" + ForceTrace.CALLS, "-o", calls.toString()));
        command.addAll(ChildJvm.command(TracedChild.class, List.of("-Xmx512m"), arguments));
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Confirmation.impossible("strace, which counts forces, is not here");
        }
        if (!ended(process)) {
            return Confirmation.impossible("counting forces took more than " + MINUTES_MAX + " minutes");
        }
        if (process.exitValue() != 0) {
            return Confirmation.impossible("strace or what it traced ended with " + process.exitValue());
        }
        return new Confirmation(Files.readAllLines(output), ForceTrace.read(calls), "");
    }

    private static boolean ended(Process process) throws IOException {
        try {
            boolean ended = process.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while forces were counted", e);
        }
    }
}
