package dev.wal.demo.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the packaged application under load where it has a table of H2 beside the log, and compares the two. */
class EntriesCrashIT {
    /** One kill: each start takes seconds. */
    private static final CrashOptions OPTIONS = new CrashOptions(1, 8, 300, List.of(), System.nanoTime());

    @TempDir
    Path home;

    private record Entry(long transfer, long account) {}

    @Test
    void theTableHasTheEntriesOfTheTransfersInTheLogAfterAKill() throws Exception {
        CrashRun run = new CrashRun(this::start, OPTIONS, "group-commit, H2");
        try {
            run.run();
        } finally {
            System.out.println(run.summary());
        }
        List<Booked> transfers;
        try (Ledger ledger = start()) {
            transfers = new LedgerClient(ledger.address()).transfers();
            ledger.kill();
        }
        assertThat(entriesInTable()).isNotEmpty().isEqualTo(entriesOf(transfers));
    }

    private Ledger start() throws IOException {
        return LedgerProcess.start(
                Path.of(System.getProperty("demo.jar")),
                home,
                "group-commit",
                home.resolve("output.log"),
                "-Dspring.profiles.active=h2");
    }

    private static Map<Entry, Long> entriesOf(List<Booked> transfers) {
        Map<Entry, Long> entries = new HashMap<>();
        for (Booked transfer : transfers) {
            entries.put(new Entry(transfer.id(), transfer.from()), -transfer.amount());
            entries.put(new Entry(transfer.id(), transfer.to()), transfer.amount());
        }
        return entries;
    }

    private Map<Entry, Long> entriesInTable() throws SQLException {
        Map<Entry, Long> entries = new HashMap<>();
        try (Connection database = DriverManager.getConnection("jdbc:h2:file:" + home.resolve("data/h2/ledger"));
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("select transfer, account, amount from ledger_entry")) {
            while (rows.next()) {
                entries.put(new Entry(rows.getLong(1), rows.getLong(2)), rows.getLong(3));
            }
        }
        return entries;
    }
}
