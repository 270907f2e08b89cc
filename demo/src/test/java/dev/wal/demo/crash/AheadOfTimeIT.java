package dev.wal.demo.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged application with the beans that were worked out when it was built. */
class AheadOfTimeIT {
    private static final String ENABLED = "-Dspring.aot.enabled=true";

    @TempDir
    Path home;

    @Test
    void itServesAndRecoversAfterAKill() throws Exception {
        Path jar = Path.of(System.getProperty("demo.jar"));
        Path output = home.resolve("output.log");
        long from;
        long to;
        try (LedgerProcess ledger = LedgerProcess.start(jar, home, "group-commit", output, ENABLED)) {
            LedgerClient client = new LedgerClient(ledger.address());
            from = client.open(100);
            to = client.open(0);
            client.transfer(new Request(from, to, 30, "rent")).expect(201);
            ledger.kill();
        }
        try (LedgerProcess ledger = LedgerProcess.start(jar, home, "group-commit", output, ENABLED)) {
            LedgerClient client = new LedgerClient(ledger.address());
            assertThat(client.balances()).containsEntry(from, 70L).containsEntry(to, 30L);
        }
        assertThat(Files.readString(output))
                .contains("Starting AOT-processed DemoApplication", "recovered 3 transactions");
    }
}
