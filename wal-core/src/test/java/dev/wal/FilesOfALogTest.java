package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.WalStorageException;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose the files of a log are, and what is made of links: on a real file system that knows both. */
@DisabledOnOs(OS.WINDOWS)
class FilesOfALogTest {
    private static final long PATIENCE_SECONDS = 120;

    @TempDir
    Path temporary;

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** By kind of file, which is its name up to the first number or the name of a consumer. */
    private static Map<String, String> permissionsByKind(Path directory) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                found.merge(
                        file.getFileName().toString().split("-")[0],
                        permissions(file),
                        (one, other) -> one.equals(other) ? one : one + " and " + other);
            }
        }
        return found;
    }

    /** In a process whose mask takes nothing away, which is what one would see otherwise. */
    private void makeFilesWithoutMask(Path directory, Path backup) throws IOException, InterruptedException {
        Path printed = Files.createFile(temporary.resolve("printed.txt"));
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "umask 000; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MadeFilesProgram.class.getName(),
                        directory.toString(),
                        backup.toString())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(ended).as(Files.readString(printed)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(printed)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void whatALogMakesIsForItsOwnerAlone() throws IOException, InterruptedException {
        Path parent = temporary.resolve("missing");
        Path log = parent.resolve("log");
        Path backup = temporary.resolve("backup");

        makeFilesWithoutMask(log, backup);

        assertThat(permissions(parent)).isEqualTo("rwx------");
        assertThat(permissions(log)).isEqualTo("rwx------");
        assertThat(permissions(backup)).isEqualTo("rwx------");
        assertThat(permissionsByKind(log))
                .containsOnlyKeys("wal.lock", "wal.manifest", "segment", "snapshot", "consumer", "skipped")
                .allSatisfy((kind, permissions) -> assertThat(permissions).isEqualTo("rw-------"));
        assertThat(permissionsByKind(backup))
                .containsKeys("wal.manifest", "segment", "snapshot")
                .allSatisfy((kind, permissions) -> assertThat(permissions).isEqualTo("rw-------"));
    }

    @Test
    void whatIsThereKeepsItsPermissions() throws IOException {
        Path log = Files.createDirectory(temporary.resolve("log"));
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rwxr-x---"));
        Path lock = Files.createFile(log.resolve(FileNames.LOCK));
        Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-r-----"));

        Logs.open(Storage.of(log)).close();

        assertThat(permissions(log)).isEqualTo("rwxr-x---");
        assertThat(permissions(lock)).isEqualTo("rw-r-----");
    }

    /** Modes of the directory, and what the files of the log have then. 2000 has what is made there get the group of the directory. */
    @ParameterizedTest
    @CsvSource({
        "0700, rw-------",
        "0750, rw-r-----",
        "2750, rw-r-----",
        "2770, rw-rw----",
        "2775, rw-rw----",
        "0755, rw-------",
        "0777, rw-------"
    })
    void aGroupMayDoWithNewFilesWhatItMayDoWithADirectoryThatSomebodyGaveToIt(String mode, String ofFiles)
            throws IOException {
        Path log = Files.createDirectory(temporary.resolve("log"));
        Files.setAttribute(log, "unix:mode", Integer.parseInt(mode, 8));

        try (WalManager wal = Logs.open(Storage.of(log))) {
            Logs.commitRow(wal, 0, 1);
        }

        assertThat((int) Files.getAttribute(log, "unix:mode") & 07777).isEqualTo(Integer.parseInt(mode, 8));
        assertThat(permissionsByKind(log))
                .containsOnlyKeys("wal.lock", "wal.manifest", "segment")
                .allSatisfy((kind, permissions) -> assertThat(permissions).isEqualTo(ofFiles));
    }

    @Test
    void aDirectoryIsReachedThroughALink() throws IOException {
        Path log = Files.createDirectory(temporary.resolve("log"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), log);

        try (WalManager wal = Logs.open(Storage.of(link))) {
            Logs.commitRow(wal, 0, 1);
        }

        assertThat(Logs.rowsIn(Storage.of(log))).containsExactly(1L);
    }

    @Test
    void aLogIsRefusedIfAFileOfItIsALink() throws IOException {
        Path log = temporary.resolve("log");
        Logs.open(Storage.of(log)).close();
        for (String name : new String[] {FileNames.LOCK, FileNames.MANIFEST, FileNames.segment(1)}) {
            Path file = log.resolve(name);
            Path elsewhere = temporary.resolve("elsewhere");
            Files.move(file, elsewhere);
            Files.createSymbolicLink(file, elsewhere);
            byte[] before = Files.readAllBytes(elsewhere);

            assertThatThrownBy(() -> Logs.open(Storage.of(log)))
                    .isInstanceOf(WalStorageException.class)
                    .hasMessageContaining(file + " is a symbolic link");

            assertThat(Files.readAllBytes(elsewhere)).isEqualTo(before);
            Files.delete(file);
            Files.move(elsewhere, file);
        }
        assertThat(Logs.rowsIn(Storage.of(log))).isEmpty();
    }

    /** As a name that the log is about to use, which somebody else has guessed. */
    @Test
    void nothingIsWrittenThroughALinkThatIsInTheWay() throws IOException {
        Path target = Files.writeString(temporary.resolve("target"), "not yours");
        Path log = Files.createDirectory(temporary.resolve("log"));
        String name = FileNames.temporary(FileNames.MANIFEST);
        Path link = Files.createSymbolicLink(log.resolve(name), target);

        assertThatThrownBy(() -> Storage.of(log).create(name))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(link + " is a symbolic link");
        // What an earlier life has left is removed first: that takes the link, and not what it leads to.
        Logs.open(Storage.of(log)).close();

        assertThat(link).doesNotExist();
        assertThat(target).hasContent("not yours");
    }
}
