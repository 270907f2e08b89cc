package dev.wal.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class LoadTest extends LedgerMvcTest {
    private static final int ACCOUNTS = 64;
    private static final long OPENING_BALANCE = 100_000;

    private boolean running() {
        return json(get("/demo/load")).get("running").booleanValue();
    }

    @Test
    void theLoadBooksTransfersBetweenAccountsOfItsOwnAndEnds() {
        long other = open(700);

        assertThat(post("/demo/load", "{\"transfers\":500}")).hasStatus(202);
        await().atMost(Duration.ofSeconds(60)).until(() -> !running());

        assertThat(json(get("/demo/load")).get("booked").longValue()).isBetween(1L, 500L);
        MvcTestResult total = get("/total");
        assertThat(json(total).get("accounts").intValue()).isEqualTo(ACCOUNTS + 1);
        assertThat(json(total).get("balance").longValue()).isEqualTo(ACCOUNTS * OPENING_BALANCE + 700);
        assertThat(balance(other)).isEqualTo(700);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 200_001})
    void aNumberThatIsNotBoundedIsRefused(int transfers) {
        assertThat(post("/demo/load", "{\"transfers\":" + transfers + "}")).hasStatus(400);
        assertThat(running()).isFalse();
    }

    @Test
    void aPageOfAnotherSiteCannotAskForACrash() {
        assertThat(mvc.post().uri("/demo/crash").contentType("text/plain").content("{}"))
                .hasStatus(415);
        assertThat(mvc.get().uri("/demo/crash")).hasStatus(405);
    }

    @Test
    void thePageIsServedAtTheRoot() {
        assertThat(get("/")).hasStatusOk().hasForwardedUrl("index.html");
        assertThat(get("/index.html")).bodyText().contains("A ledger that survives");
    }
}
