package dev.wal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;

class AccountsTest extends LedgerMvcTest {

    @Test
    void anOpenedAccountIsAnsweredWithItsLocation() {
        MvcTestResult opened = post("/accounts", "{\"owner\":\"Ada\",\"balance\":10000}");

        JsonNode account = json(opened);
        assertThat(opened).hasStatus(201).hasHeader("Location", "/accounts/" + account.get("id"));
        assertThat(account.get("owner").stringValue()).isEqualTo("Ada");
        assertThat(account.get("balance").longValue()).isEqualTo(10_000);
        assertThat(account.size()).isEqualTo(3);
    }

    @Test
    void anAccountIsShownAsItWasOpened() {
        MvcTestResult opened = post("/accounts", "{\"owner\":\"Bob\",\"balance\":0}");

        MvcTestResult shown = get("/accounts/" + json(opened).get("id"));

        assertThat(shown).hasStatusOk();
        assertThat(json(shown)).isEqualTo(json(opened));
    }

    @Test
    void accountsAreListedInOrderOfTheirNumbers() {
        long first = open(1);
        long second = open(2);

        MvcTestResult listed = get("/accounts");

        assertThat(listed).hasStatusOk();
        assertThat(json(listed).findValues("id").stream().map(JsonNode::longValue))
                .isSorted()
                .contains(first, second);
    }

    @Test
    void anUnknownAccountIsNotFound() {
        assertProblem(get("/accounts/999999"), 404);
    }

    @Test
    void aNumberThatIsNoneIsABadRequest() {
        assertProblem(get("/accounts/ada"), 400);
    }

    @Test
    void anUnknownPathIsNotFound() {
        assertProblem(get("/nothing"), 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"owner\":\"Ada\"}",
                "{\"balance\":1}",
                "{\"owner\":null,\"balance\":1}",
                "{\"owner\":\" \",\"balance\":1}",
                "{\"owner\":5,\"balance\":1}",
                "{\"owner\":\"Ada\",\"balance\":-1}",
                "{\"owner\":\"Ada\",\"balance\":1.5}",
                "{\"owner\":\"Ada\",\"balance\":\"1\"}",
                "{\"owner\":\"Ada\",\"balance\":9223372036854775808}",
                "{\"owner\":\"Ada\",\"balance\":1",
                "[]",
                "null",
                ""
            })
    void anAccountThatMakesNoSenseIsABadRequest(String body) {
        assertProblem(post("/accounts", body), 400);
    }

    @Test
    void anOwnerThatIsTooLongIsABadRequest() {
        assertProblem(post("/accounts", "{\"owner\":\"" + "a".repeat(201) + "\",\"balance\":1}"), 400);
    }
}
