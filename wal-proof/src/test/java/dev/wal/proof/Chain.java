package dev.wal.proof;

import dev.wal.storage.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Lives of one log: each ends in a crash, and the next goes on with what is left, and is compared with what the ones before promised. */
final class Chain implements AutoCloseable {
    private final Path directory;
    private final Path evidence;
    private final Random random;
    private final Model model;
    private final Judge judge;
    private final Tally tally;
    private final boolean lies;
    private boolean readTwice;
    private @Nullable SecondReader reading;
    private int life;
    private @Nullable WriterProcess writer;

    /**
     * @param evidence directory for what the engine logs
     * @param lies whether the files of the log return from a force without having forced anything
     */
    Chain(Path directory, Path evidence, Random random, Tally tally, boolean lies) throws IOException {
        this.directory = directory;
        this.evidence = Files.createDirectories(evidence);
        this.random = random;
        this.tally = tally;
        this.lies = lies;
        this.model = new Model(random.nextLong());
        this.judge = new Judge(model, tally);
    }

    /** From here on, what a life finds is also compared with what {@link SecondReader} reads before it begins. */
    void readTwice() {
        SecondReader.require();
        readTwice = true;
    }

    /** Begins the next life, and waits until its log is open, or the writer is held before. */
    Life begin(Level level, Moment moment) throws IOException, InterruptedException {
        WriterProcess current = writer;
        if (readTwice && Files.exists(directory.resolve(FileNames.MANIFEST))) {
            reading = SecondReader.read(directory);
        }
        if (current == null) {
            current = WriterProcess.start(directory, evidence.resolve("writer.log"));
            writer = current;
        }
        life++;
        int number = 1 + random.nextInt(moment.calls());
        Life begun = current.live(new Run(level, model.seed(), life, moment, number, lies));
        if (!begun.awaitOpen()) {
            keepThreads(current);
            throw new IllegalStateException("The writer neither opens the log nor fails to: see " + evidence);
        }
        return begun;
    }

    /** Lets go on who is held. */
    void goOn() throws IOException {
        WriterProcess current = writer;
        if (current != null) {
            current.goOn();
        }
    }

    /** The log of a writer should have ended, and has not. */
    void complainThatItDoesNotEnd() throws IOException, InterruptedException {
        WriterProcess current = writer;
        if (current != null) {
            keepThreads(current);
        }
        judge.complain(
                "The log had not ended " + Life.PATIENCE_SECONDS + " s after the power was cut: see " + evidence);
    }

    private void keepThreads(WriterProcess process) throws IOException, InterruptedException {
        Files.writeString(evidence.resolve("threads.txt"), process.threads());
    }

    /** Ends the process; the next life gets a new one. */
    void endProcess() throws InterruptedException {
        WriterProcess current = writer;
        if (current != null) {
            current.kill();
            writer = null;
        }
    }

    /** A life has ended. */
    void judge(Told told, Crash crash) {
        told.errors().forEach(judge::complain);
        told.state().ifPresent(judge::found);
        compareReadings(told);
        if (told.verdict().filter(verdict -> verdict.startsWith("TORN")).isPresent()) {
            tally.torn();
        }
        // That the power is lost while a log is opened is told, too.
        if (told.notOpened().isPresent() && !(crash.lostPower() && told.moment().isPresent())) {
            judge.complain("The log was not opened: " + told.notOpened().get());
        }
        judge.crashed(told, life, crash);
    }

    private void compareReadings(Told told) {
        SecondReader before = reading;
        if (before != null && told.verdict().isPresent()) {
            String verdict = told.verdict().get().split(" ")[0];
            before.differences(model, verdict).forEach(judge::complain);
            tally.readTwice(before.transactions());
        }
        reading = null;
    }

    /** What went wrong so far. */
    List<String> complaints() {
        return judge.complaints();
    }

    @Override
    public void close() {
        WriterProcess current = writer;
        if (current != null) {
            current.close();
        }
    }
}
