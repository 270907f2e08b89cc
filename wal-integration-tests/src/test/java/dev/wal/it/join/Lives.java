package dev.wal.it.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Lives of one application, one after the other: each ends by a kill, and the next shows what is left. For one thread. */
final class Lives {
    /** An application goes on with so many payments when the database is back. */
    private static final int PAYMENTS_AFTER_DATABASE = 20;

    private final TableAndLog all;
    private final KillTable table;
    private KillTable.@Nullable Kind last;

    /** @param table gets what comes of each kill */
    Lives(TableAndLog all, KillTable table) {
        this.all = all;
        this.table = table;
    }

    /** Lives and ends once. */
    void live(Life life) throws Exception {
        KillTable.Counts before = KillTable.Counts.of(all.told());
        try (ApplicationProcess application = all.start(life.stop())) {
            if (life.endsInTheStart()) {
                application.await("reached");
                endInTheStart(life, application);
            } else {
                application.await("started");
                compare(application, "before " + life);
                all.load(application);
                if (life.stop().step() == null) {
                    all.awaitPaid(life.payments());
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(life.delayMicros()));
                } else {
                    application.await("reached");
                }
                end(life, application);
            }
        }
        last = KillTable.Kind.of(life, all.configuration());
        table.add(last, before.killed(all.told()));
    }

    private void end(Life life, ApplicationProcess application) throws Exception {
        if (life.kill() != Kill.APPLICATION) {
            all.database().kill();
        }
        if (life.kill() == Kill.DATABASE) {
            application.command("go");
        } else {
            application.kill();
        }
        if (life.kill() != Kill.APPLICATION) {
            all.database().restart();
        }
        if (life.kill() == Kill.DATABASE) {
            all.awaitPaid(PAYMENTS_AFTER_DATABASE);
            application.kill();
        }
    }

    /** A start that cannot ask the database is refused. One that has its answer may go on for a while. */
    private void endInTheStart(Life life, ApplicationProcess application) throws Exception {
        if (life.kill() != Kill.APPLICATION) {
            all.database().kill();
        }
        if (life.kill() == Kill.DATABASE) {
            application.command("go");
            String line = application.await("refused", "started");
            assertThat(line.contains("in doubt") || life.stop().step() != Step.RESOLUTION_ASKS)
                    .as(line)
                    .isTrue();
        }
        application.kill();
        if (life.kill() != Kill.APPLICATION) {
            all.database().restart();
        }
    }

    /** Lives once more and ends as a service does: all agrees, and no marker is left. */
    void finish() throws Exception {
        try (ApplicationProcess application = all.start(StopAt.NOWHERE)) {
            application.await("started");
            compare(application, "after the last kill");
            all.load(application);
            all.awaitPaid(PAYMENTS_AFTER_DATABASE);
            application.command("end");
            application.await("ended");
            application.command("entries");
            application.await("entries");
            compare(application, "at the end");
            all.await("markers are deleted", () -> all.markers() == 0);
            application.command("stop");
            application.awaitEnd();
        }
    }

    private void compare(ApplicationProcess application, String when) {
        Verdict verdict = all.compare(application);
        if (last != null) {
            table.addDisagreements(last, verdict.disagreements());
        }
        assertThat(verdict.disagreements()).as(() -> when + ": " + verdict).isZero();
    }
}
