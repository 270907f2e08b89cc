package dev.wal.it.join;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a process has ended, also where nobody asks for its result. A process whose parent is gone belongs to the first one of the system or container; if that asks for nothing, what has ended stays in the table of
 * processes as a zombie, and {@link ProcessHandle#isAlive} says that it lives.
 */
final class Zombies {
    private Zombies() {}

    /** Whether it has ended. */
    static boolean isGone(ProcessHandle process) {
        return !process.isAlive() || isZombie(process.pid());
    }

    /** The state is the first word behind the name, which is in parentheses and may contain some. Only Linux has this file. */
    private static boolean isZombie(long pid) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return line.substring(line.lastIndexOf(')') + 1).stripLeading().startsWith("Z");
        } catch (IOException e) {
            // It is gone by now, or this is another system.
            return false;
        }
    }
}
