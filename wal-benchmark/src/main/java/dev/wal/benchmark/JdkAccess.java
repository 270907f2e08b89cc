package dev.wal.benchmark;

import java.util.List;
import java.util.stream.Stream;

/** Packages of the JDK that Chronicle Queue reaches into. The tests run with the same. */
final class JdkAccess {
    private static final List<String> EXPORTED = List.of(
            "java.base/jdk.internal.ref",
            "java.base/sun.nio.ch",
            "jdk.compiler/com.sun.tools.javac.file",
            "jdk.unsupported/sun.misc");
    private static final List<String> OPENED = List.of(
            "java.base/java.io",
            "java.base/java.lang",
            "java.base/java.lang.reflect",
            "java.base/java.util",
            "java.base/sun.nio.ch",
            "jdk.compiler/com.sun.tools.javac");

    private JdkAccess() {}

    /** Options of a JVM that does not run the jar. */
    static List<String> options() {
        return Stream.concat(
                        EXPORTED.stream().map(name -> "--add-exports=" + name + "=ALL-UNNAMED"),
                        OPENED.stream().map(name -> "--add-opens=" + name + "=ALL-UNNAMED"))
                .toList();
    }
}
