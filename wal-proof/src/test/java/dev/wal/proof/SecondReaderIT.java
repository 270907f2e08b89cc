package dev.wal.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the second reader would notice. */
class SecondReaderIT {
    private static final long SEED = 5;
    private static final int LIFE = 1;
    private static final int TRANSACTIONS = 3;

    @TempDir
    Path directory;

    private SecondReader read() throws IOException {
        try (WalManager wal = WalManager.open(
                WalOptions.builder(directory).partitions(Plan.PARTITIONS).build())) {
            for (long number = 1; number <= TRANSACTIONS; number++) {
                try (WalTransaction transaction = wal.begin()) {
                    for (Plan.Change change : Plan.of(SEED, 0, number, LIFE).changes()) {
                        if (change instanceof Plan.Entry entry) {
                            transaction.insert(Journal.TABLE, entry.partition(), number, Journal.row(0, number, entry));
                        }
                    }
                    transaction.commit();
                }
            }
        }
        SecondReader.require();
        return SecondReader.read(directory);
    }

    private static Model model(long seed, int transactions, int life) {
        Model model = new Model(seed);
        model.setLast(0, transactions, life);
        return model;
    }

    @Test
    void whatIsTheSameIsFoundToBe() throws IOException {
        assertThat(read().differences(model(SEED, TRANSACTIONS, LIFE), "CLEAN")).isEmpty();
    }

    @Test
    void anotherVerdictNumberOrContentIsNoticed() throws IOException {
        SecondReader reader = read();

        assertThat(reader.differences(model(SEED, TRANSACTIONS, LIFE), "TORN")).hasSize(1);
        assertThat(reader.differences(model(SEED, TRANSACTIONS - 1, LIFE), "CLEAN"))
                .hasSize(1);
        assertThat(reader.differences(model(SEED, TRANSACTIONS, LIFE + 1), "CLEAN"))
                .hasSize(TRANSACTIONS);
    }
}
