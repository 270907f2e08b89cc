package dev.wal.demo.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final Request REQUEST = new Request(1, 2, 10, "r");

    private final History history = new History();

    @Test
    void onlyABookedTransferIsAcknowledged() {
        answered(409);
        answered(503);
        answered(500);
        assertThat(history.acknowledged()).isEmpty();

        answered(201);
        assertThat(history.acknowledged()).containsOnlyKeys(7L);
    }

    @Test
    void aTransferThatIsAnsweredTwiceIsAcknowledgedOnce() {
        answered(201);
        answered(201);

        assertThat(history.acknowledged()).hasSize(1);
        assertThat(history.contradictions()).isEmpty();
    }

    private void answered(int status) {
        history.answered(REQUEST, new LedgerClient.Answer(status, "{\"id\": 7}".getBytes(StandardCharsets.UTF_8)));
    }
}
