package dev.wal.proof;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What switches mounted file systems off: power.py. */
final class Power implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    private Power(Process process) {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static Power start() throws IOException {
        // What it needs is in the standard library: the rest need not be looked for.
        return new Power(new ProcessBuilder("python3", "-S", "src/test/python/power.py")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** @param directory in the root of a file system that has just been mounted */
    void on(Path directory) throws IOException {
        command("run", directory.toString());
    }

    /**
     * Cuts it.
     *
     * @param seed of what is written back before
     * @param journal whether the journal of the file system is
     */
    void cut(long seed, boolean journal) throws IOException {
        command("cut", seed + " " + (journal ? 1 : 0));
    }

    /** Lets go of the file system, which goes on. */
    void off() throws IOException {
        command("off", "");
    }

    /** Waits until nobody has a device mounted any more. */
    void awaitFree(String device) throws IOException {
        command("free", device);
    }

    private void command(String command, String arguments) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((command + " " + arguments + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        String answer = answers.readLine();
        if (!command.equals(answer)) {
            throw new IOException("power.py answers " + command + " with " + answer);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
