package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.CommitModel.Change;
import dev.wal.CommitModel.Commit;
import dev.wal.InDoubtResolver.Decision;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Transactions that were prepared, and about which nobody can be sure yet that they are decided. */
final class PreparedModel {
    private final CommitModel commits;
    private final Tally tally;
    private final Map<Long, Prepared> prepared = new TreeMap<>();

    /** Those that the resolver was asked about, in this open. */
    private final Set<Long> asked = new HashSet<>();

    /** A transaction that was prepared, or may have been. */
    static final class Prepared {
        final List<Change> changes;
        private Decision decision;
        private boolean promised;
        private boolean rollBackTried;
        private Commit commit;

        Prepared(List<Change> changes, Decision decision) {
            this.changes = changes;
            this.decision = decision;
        }

        /** What everybody who is asked says. */
        Decision decision() {
            return decision;
        }

        /** The log said that it is prepared. */
        void promised() {
            promised = true;
        }

        void rollBackTried() {
            rollBackTried = true;
        }

        void decideToCommit() {
            decision = Decision.COMMIT;
        }

        /** @param attempt that may be in the log, or null if nothing of it was written */
        void committed(Commit attempt) {
            commit = attempt;
        }
    }

    PreparedModel(CommitModel commits, Tally tally) {
        this.commits = commits;
        this.tally = tally;
    }

    void add(long id, Prepared transaction) {
        prepared.put(id, transaction);
    }

    Prepared get(long id) {
        return prepared.get(id);
    }

    void opening() {
        asked.clear();
    }

    /** What the log asks at open: of what it asks about, no commit can be in the log. */
    Decision decide(InDoubtTransaction transaction) {
        Prepared promise = prepared.get(transaction.transactionId());
        assertThat(promise)
                .as("%s, which is in doubt, was prepared", transaction)
                .isNotNull();
        asked.add(transaction.transactionId());
        tally.add(Tally.Event.TRANSACTIONS_FOUND_IN_DOUBT);
        if (promise.commit != null) {
            commits.gone(promise.commit);
            promise.commit = null;
        }
        if (promise.decision == Decision.COMMIT) {
            promise.commit = commits.begin(promise.changes, false);
        } else if (promise.decision == Decision.ROLL_BACK) {
            promise.rollBackTried = true;
        }
        return promise.decision;
    }

    /** After an open, all but those that were left in doubt are decided for good. */
    void opened(List<InDoubtTransaction> inDoubt) {
        Set<Long> left = new HashSet<>();
        prepared.forEach((id, promise) -> {
            boolean wasAsked = asked.contains(id);
            boolean committed = promise.commit != null && commits.contains(promise.commit);
            assertThat(wasAsked || committed || promise.rollBackTried || !promise.promised)
                    .as("transaction %d, which was prepared, is in doubt or decided", id)
                    .isTrue();
            if (wasAsked && promise.decision == Decision.LEAVE) {
                left.add(id);
            }
        });
        prepared.keySet().retainAll(left);
        assertThat(inDoubt).extracting(InDoubtTransaction::transactionId).containsExactlyInAnyOrderElementsOf(left);
    }
}
