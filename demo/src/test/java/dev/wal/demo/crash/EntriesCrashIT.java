package dev.wal.demo.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the packaged application under load where it has a table of H2 beside the log, and compares the two. */
class EntriesCrashIT {
    private static final int CONNECTIONS = 8;
    private static final int ACKNOWLEDGED_BEFORE_KILL = 200;
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    @TempDir
    Path home;

    private record Entry(long transfer, long account) {}

    @Test
    void theTableHasTheEntriesOfTheTransfersInTheLogAfterAKill() throws Exception {
        History history = new History();
        Openings openings;
        try (Ledger ledger = start()) {
            LedgerClient client = new LedgerClient(ledger.address());
            openings = Openings.open(client);
            loadAndKill(ledger, client, history, openings);
        }
        List<Booked> transfers;
        try (Ledger ledger = start()) {
            LedgerClient client = new LedgerClient(ledger.address());
            transfers = client.transfers();
            Audit audit = Audit.of(history, openings.balances(), client.balances(), transfers);
            assertThat(audit.lost()).as("acknowledged, and not there").isEmpty();
            assertThat(audit.doubled()).as("booked too often").isEmpty();
            assertThat(audit.errors()).isEmpty();
            assertThat(history.contradictions()).isEmpty();
            // The files of the table are its own while it lives.
            ledger.kill();
        }
        assertThat(entriesInTable()).isNotEmpty().isEqualTo(entriesOf(transfers));
    }

    private static void loadAndKill(Ledger ledger, LedgerClient client, History history, Openings openings)
            throws Exception {
        try (Load load = new Load(client, history, openings, "h2", CONNECTIONS, new Random())) {
            Awaitility.await("the load is acknowledged")
                    .atMost(TIMEOUT)
                    .until(() -> history.acknowledged().size() >= ACKNOWLEDGED_BEFORE_KILL);
            ledger.kill();
            load.awaitEnd();
        }
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
