package dev.wal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TotalTest extends LedgerMvcTest {
    private JsonNode before;

    @BeforeEach
    void total() {
        before = json(get("/total"));
    }

    @Test
    void accountsBalancesAndTransfersAreCounted() {
        transfer(open(1000), open(500), 10);

        JsonNode after = json(get("/total"));

        assertThat(added(after, "accounts")).isEqualTo(2);
        assertThat(after.get("balance")
                        .bigIntegerValue()
                        .subtract(before.get("balance").bigIntegerValue()))
                .isEqualTo(1500);
        assertThat(added(after, "transfers")).isEqualTo(1);
    }

    @Test
    void balancesThatTogetherExceedALongAreAddedUp() {
        open(Long.MAX_VALUE);
        open(Long.MAX_VALUE);

        BigInteger after = json(get("/total")).get("balance").bigIntegerValue();

        assertThat(after.subtract(before.get("balance").bigIntegerValue()))
                .isEqualTo(BigInteger.valueOf(Long.MAX_VALUE).multiply(BigInteger.TWO));
    }

    @Test
    void theTotalNeverShowsMoneyOnItsWay() throws Exception {
        long ada = open(1000);
        long bob = open(1000);
        BigInteger expected = json(get("/total")).get("balance").bigIntegerValue();

        List<BigInteger> seen = AtOnce.call(8, i -> i % 2 == 0 ? move(ada, bob, expected) : watch());

        assertThat(seen).containsOnly(expected);
    }

    private BigInteger move(long ada, long bob, BigInteger expected) {
        for (int i = 0; i < 15; i++) {
            assertThat(transfer(ada, bob, 7)).hasStatus(201);
            assertThat(transfer(bob, ada, 7)).hasStatus(201);
        }
        return expected;
    }

    /** The last total that differed from the first one, or the first. */
    private BigInteger watch() {
        BigInteger first = json(get("/total")).get("balance").bigIntegerValue();
        BigInteger last = first;
        for (int i = 0; i < 40; i++) {
            BigInteger now = json(get("/total")).get("balance").bigIntegerValue();
            last = now.equals(first) ? last : now;
        }
        return last;
    }

    private long added(JsonNode after, String field) {
        return after.get(field).longValue() - before.get(field).longValue();
    }
}
