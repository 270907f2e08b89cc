package dev.wal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;

class TransfersTest extends LedgerMvcTest {

    @Test
    void aTransferMovesMoney() {
        long from = open(1000);
        long to = open(0);

        transfer(from, to, 400);

        assertThat(balance(from)).isEqualTo(600);
        assertThat(balance(to)).isEqualTo(400);
    }

    @Test
    void aBookedTransferIsAnswered() {
        long from = open(1000);
        long to = open(0);

        MvcTestResult booked = transfer(from, to, 400, "rent");

        assertThat(booked).hasStatus(201);
        JsonNode transfer = json(booked);
        assertThat(transfer.get("id").isIntegralNumber()).isTrue();
        assertThat(transfer.get("from").longValue()).isEqualTo(from);
        assertThat(transfer.get("to").longValue()).isEqualTo(to);
        assertThat(transfer.get("amount").longValue()).isEqualTo(400);
        assertThat(transfer.get("reference").stringValue()).isEqualTo("rent");
    }

    @Test
    void aWholeBalanceCanBeMoved() {
        long from = open(1000);

        assertThat(transfer(from, open(0), 1000)).hasStatus(201);

        assertThat(balance(from)).isZero();
    }

    @Test
    void withoutFundsNothingChanges() {
        long from = open(1000);
        long to = open(5);

        assertProblem(transfer(from, to, 1001, "too much"), 409);

        assertThat(balance(from)).isEqualTo(1000);
        assertThat(balance(to)).isEqualTo(5);
        assertThat(json(get("/transfers?account=" + from))).isEmpty();
    }

    @Test
    void aReferenceThatWasRefusedCanBeBookedLater() {
        long from = open(0);
        long to = open(1000);
        assertProblem(transfer(from, to, 10, "later"), 409);
        transfer(to, from, 10);

        assertThat(transfer(from, to, 10, "later")).hasStatus(201);
    }

    @Test
    void anUnknownAccountIsNotFoundAndNothingChanges() {
        long known = open(1000);

        assertProblem(transfer(known, 999_999, 1), 404);
        assertProblem(transfer(999_999, known, 1), 404);

        assertThat(balance(known)).isEqualTo(1000);
    }

    @Test
    void anAmountThatTheReceiverCannotHoldIsABadRequest() {
        long from = open(Long.MAX_VALUE);
        long to = open(1);

        assertProblem(transfer(from, to, Long.MAX_VALUE), 400);

        assertThat(balance(from)).isEqualTo(Long.MAX_VALUE);
        assertThat(balance(to)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"to\":2,\"amount\":1}",
                "{\"from\":1,\"amount\":1}",
                "{\"from\":1,\"to\":2}",
                "{\"from\":1,\"to\":2,\"amount\":0}",
                "{\"from\":1,\"to\":2,\"amount\":-1}",
                "{\"from\":1,\"to\":2,\"amount\":1.5}",
                "{\"from\":1,\"to\":2,\"amount\":\"1\"}",
                "{\"from\":1,\"to\":2,\"amount\":true}",
                "{\"from\":1,\"to\":2,\"amount\":9223372036854775808}",
                "{\"from\":1,\"to\":1,\"amount\":1}",
                "{\"from\":1,\"to\":2,\"amount\":1,\"reference\":\"\"}",
                "{\"from\":1,\"to\":2,\"amount\":1,\"reference\":5}",
                "{\"from\":1,\"to\":2,\"amount\":1",
                "[]",
                ""
            })
    void aTransferThatMakesNoSenseIsABadRequest(String body) {
        open(1000);
        open(1000);

        assertProblem(post("/transfers", body), 400);
    }

    @Test
    void aBodyThatIsNotJsonIsRefused() {
        assertProblem(mvc.post().uri("/transfers").content("amount=1").exchange(), 415);
    }

    @Test
    void transfersAreListedByAccount() {
        long ada = open(1000);
        long bob = open(1000);
        long eve = open(1000);
        long first = json(transfer(ada, bob, 1)).get("id").longValue();
        long second = json(transfer(bob, eve, 2)).get("id").longValue();
        long third = json(transfer(eve, ada, 3)).get("id").longValue();

        assertThat(ids("/transfers?account=" + ada)).containsExactly(first, third);
        assertThat(ids("/transfers?account=" + bob)).containsExactly(first, second);
        assertThat(ids("/transfers")).isSorted().contains(first, second, third);
    }

    private List<Long> ids(String path) {
        return json(get(path)).findValues("id").stream()
                .map(JsonNode::longValue)
                .toList();
    }
}
