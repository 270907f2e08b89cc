package dev.wal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class ReferencesTest extends LedgerMvcTest {

    @Test
    void theSameReferenceBooksOnceAndIsAnsweredTheSame() {
        long from = open(1000);
        long to = open(0);

        MvcTestResult first = transfer(from, to, 400, "once");
        MvcTestResult second = transfer(from, to, 400, "once");

        assertThat(second).hasStatus(201);
        assertThat(json(second)).isEqualTo(json(first));
        assertThat(balance(from)).isEqualTo(600);
    }

    @Test
    void aBookedReferenceIsAnsweredEvenIfFundsAreGone() {
        long from = open(1000);
        long to = open(0);
        MvcTestResult first = transfer(from, to, 1000, "all");

        assertThat(json(transfer(from, to, 1000, "all"))).isEqualTo(json(first));
    }

    @Test
    void aReferenceOfAnotherTransferIsAConflict() {
        long from = open(1000);
        long to = open(1000);
        transfer(from, to, 400, "taken");

        assertProblem(transfer(from, to, 401, "taken"), 409);
        assertProblem(transfer(to, from, 400, "taken"), 409);

        assertThat(balance(from)).isEqualTo(600);
    }

    @Test
    void withoutReferenceEveryTransferIsBooked() {
        long from = open(1000);
        long to = open(0);

        transfer(from, to, 400);
        transfer(from, to, 400);

        assertThat(balance(from)).isEqualTo(200);
    }

    @Test
    void theSameReferenceAtTheSameTimeBooksOnce() throws Exception {
        long from = open(1000);
        long to = open(0);

        List<MvcTestResult> results = AtOnce.call(16, i -> transfer(from, to, 100, "at once"));

        assertThat(results).allSatisfy(result -> assertThat(result).hasStatus(201));
        assertThat(results.stream().map(result -> json(result).get("id").longValue()))
                .containsOnly(json(results.get(0)).get("id").longValue());
        assertThat(balance(from)).isEqualTo(900);
        assertThat(balance(to)).isEqualTo(100);
    }

    @Test
    void transfersInACircleDoNotWaitForEachOther() throws Exception {
        long[] accounts = LongStream.range(0, 3).map(i -> open(1000)).toArray();

        List<MvcTestResult> results = AtOnce.call(12, i -> transfer(accounts[i % 3], accounts[(i + 1) % 3], 10 + i));

        assertThat(results).allSatisfy(result -> assertThat(result).hasStatus(201));
        assertThat(LongStream.of(accounts).map(this::balance).sum()).isEqualTo(3000);
    }
}
