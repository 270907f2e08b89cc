package dev.wal.proof;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A file system in a file, which is mounted and loses its power again and again. Needs to be allowed to mount one. For one thread. */
final class Disk implements AutoCloseable {
    /** The least that xfs is made with; nearly all of it is a hole. */
    private static final long BYTES = 320L << 20;

    private static final Path MEMORY = Path.of("/dev/shm");

    private final FileSystem kind;
    private final Path image;
    private final Path mountPoint;
    private final String device;
    private final Power power;
    private boolean mounted;
    private boolean running;

    private Disk(FileSystem kind, Path image, Path mountPoint, String device, Power power) {
        this.kind = kind;
        this.image = image;
        this.mountPoint = mountPoint;
        this.device = device;
        this.power = power;
    }

    /** Without a file system. */
    static Disk create(FileSystem kind) throws IOException {
        // What counts is what reaches the device; that the device keeps it in memory makes forces fast.
        Path image = hasMemory()
                ? Files.createTempFile(MEMORY, "wal-proof-", ".img")
                : Files.createTempFile("wal-proof-", ".img");
        Path mountPoint = Files.createTempDirectory("wal-proof-");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        Power power = Power.start();
        try {
            String device = Commands.run("losetup", "--find", "--show", image.toString());
            Disk disk = new Disk(kind, image, mountPoint, device, power);
            // Also when the tests are broken off.
            Runtime.getRuntime().addShutdownHook(new Thread(disk::discard));
            return disk;
        } catch (IOException e) {
            power.close();
            Files.delete(image);
            Files.delete(mountPoint);
            throw Commands.impossible("set up loop devices", e);
        }
    }

    /** Whether there is more of it than images take. A container often has little. */
    private static boolean hasMemory() throws IOException {
        return Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() > 2 * BYTES;
    }

    /** Makes a new file system with an empty directory for a log. */
    void format() throws IOException {
        unmount();
        try {
            Commands.run(kind.make(device));
            mount();
        } catch (IOException e) {
            throw Commands.impossible("make and mount " + kind, e);
        }
        Files.createDirectory(directory());
        Commands.run("sync", "--file-system", directory().toString());
    }

    /** The directory for a log. */
    Path directory() {
        return mountPoint.resolve("log");
    }

    private void mount() throws IOException {
        Commands.run("mount", "-t", kind.name().toLowerCase(Locale.ROOT), device, mountPoint.toString());
        mounted = true;
        power.on(directory());
        running = true;
    }

    /**
     * Takes the power away, once some of what was written got to the device. Every call fails from then on.
     *
     * @param seed of what gets to the device
     * @param journal whether the journal of the file system does
     */
    void cut(long seed, boolean journal) throws IOException {
        running = false;
        power.cut(seed, journal);
    }

    /** Gives the power back. Nobody may have a file open. */
    void restart() throws IOException {
        unmount();
        mount();
    }

    private void unmount() throws IOException {
        if (running) {
            running = false;
            power.off();
        }
        if (mounted) {
            Commands.run("umount", mountPoint.toString());
            mounted = false;
            power.awaitFree(device);
        }
    }

    /** Keeps what is in the directory for those who look for what went wrong. */
    void keep(Path target) throws IOException {
        Files.createDirectories(target);
        Commands.run("cp", "-r", directory().toString(), target.toString());
    }

    /** The process ends early: the writer, which ends with it, may still have files open. */
    private void discard() {
        if (!Files.exists(image)) {
            return;
        }
        try {
            power.close();
            if (mounted) {
                Commands.run("umount", "--lazy", mountPoint.toString());
                mounted = false;
                running = false;
            }
            close();
        } catch (IOException e) {
            System.err.println("A file system stays behind: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(image)) {
            unmount();
            power.close();
            Commands.run("losetup", "--detach", device);
            Files.delete(image);
            Files.delete(mountPoint);
        }
    }
}
