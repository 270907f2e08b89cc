package dev.wal.demo.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditTest {
    private static final Map<Long, Long> OPENINGS = Map.of(1L, 100L, 2L, 100L);
    private static final Request REQUEST = new Request(1, 2, 10, null);
    private static final Request REFERENCED = new Request(1, 2, 10, "r");

    private final History history = new History();

    @Test
    void anAcknowledgedTransferThatIsThereIsFine() {
        history.acknowledged(REQUEST, 1);

        Audit audit = audit(90, 110, booked(1, REQUEST));

        assertThat(audit).isEqualTo(new Audit(List.of(), List.of(), List.of(), List.of(), List.of()));
    }

    @Test
    void anAcknowledgedTransferThatIsNotThereIsLost() {
        history.acknowledged(REQUEST, 1);

        assertThat(audit(100, 100).lost()).hasSize(1);
    }

    @Test
    void anUnansweredTransferMayBeThere() {
        history.unanswered(REQUEST);

        Audit audit = audit(90, 110, booked(1, REQUEST));

        assertThat(audit.found()).containsExactly(booked(1, REQUEST));
        assertThat(audit.doubled()).isEmpty();
    }

    @Test
    void anUnansweredTransferMayNotBeThere() {
        history.unanswered(REQUEST);

        assertThat(audit(100, 100)).isEqualTo(new Audit(List.of(), List.of(), List.of(), List.of(), List.of()));
    }

    @Test
    void anUnansweredTransferThatIsThereTwiceIsDoubled() {
        history.unanswered(REQUEST);

        assertThat(audit(80, 120, booked(1, REQUEST), booked(2, REQUEST)).doubled())
                .hasSize(1);
    }

    @Test
    void anAcknowledgedTransferThatIsThereTwiceIsDoubled() {
        history.acknowledged(REQUEST, 1);

        assertThat(audit(80, 120, booked(1, REQUEST), booked(2, REQUEST)).doubled())
                .hasSize(1);
    }

    @Test
    void aReferenceThatIsThereTwiceIsDoubledEvenIfAskedForTwice() {
        history.acknowledged(REFERENCED, 1);
        history.unanswered(REFERENCED);

        assertThat(audit(80, 120, booked(1, REFERENCED), booked(2, REFERENCED)).doubled())
                .hasSize(1);
    }

    @Test
    void aTransferThatIsThereThoughItWasRefusedIsWronglyAccepted() {
        history.answered(REQUEST, new LedgerClient.Answer(409, new byte[0]));

        Audit audit = audit(90, 110, booked(1, REQUEST));

        assertThat(audit.wronglyAccepted()).hasSize(1);
        assertThat(audit.doubled()).isEmpty();
    }

    @Test
    void aTransferOfOtherContentIsAnError() {
        history.acknowledged(REQUEST, 1);

        assertThat(audit(89, 111, booked(1, new Request(1, 2, 11, null))).errors())
                .hasSize(1);
    }

    @Test
    void balancesThatDoNotFollowFromTransfersAreAnError() {
        history.acknowledged(REQUEST, 1);

        assertThat(audit(100, 100, booked(1, REQUEST)).errors()).hasSize(1);
    }

    @Test
    void twoAnswersForOneNumberAreAContradiction() {
        history.acknowledged(REQUEST, 1);
        history.acknowledged(REQUEST, 1);

        assertThat(history.contradictions()).hasSize(1);
    }

    @Test
    void twoNumbersForOneReferenceAreAContradiction() {
        history.acknowledged(REFERENCED, 1);
        history.acknowledged(REFERENCED, 2);

        assertThat(history.contradictions()).hasSize(1);
    }

    private Audit audit(long first, long second, Booked... transfers) {
        return Audit.of(history, OPENINGS, Map.of(1L, first, 2L, second), List.of(transfers));
    }

    private static Booked booked(long id, Request request) {
        return new Booked(id, request.from(), request.to(), request.amount(), request.reference());
    }
}
