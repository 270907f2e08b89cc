package dev.wal.proof;

import java.util.ArrayList;
import java.util.List;

/** Kinds of file systems that can lose their power. */
enum FileSystem {
    EXT4("mkfs.ext4", "-q", "-F"),
    XFS("mkfs.xfs", "-q", "-f");

    private final List<String> make;

    FileSystem(String... make) {
        this.make = List.of(make);
    }

    /** The command that makes one. */
    String[] make(String device) {
        List<String> command = new ArrayList<>(make);
        command.add(device);
        return command.toArray(String[]::new);
    }
}
