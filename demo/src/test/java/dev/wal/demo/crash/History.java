package dev.wal.demo.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What the clients have asked for, and what they were told. Safe for use by several threads. */
final class History {
    private final Map<Long, Request> acknowledged = new ConcurrentHashMap<>();
    private final Map<String, Long> references = new ConcurrentHashMap<>();
    private final Queue<Request> unanswered = new ConcurrentLinkedQueue<>();
    private final Queue<String> contradictions = new ConcurrentLinkedQueue<>();
    private final LongAdder refused = new LongAdder();

    void answered(Request request, LedgerClient.Answer answer) {
        switch (answer.status()) {
            case 201 -> acknowledged(request, answer.json().get("id").longValue());
            case 409 -> refused.increment();
            case 503 -> unanswered(request);
            default -> contradict("answer " + answer.status() + " to " + request + ": " + new String(answer.body()));
        }
    }

    /** Known to be booked from now on. */
    void acknowledged(Request request, long id) {
        Request other = acknowledged.putIfAbsent(id, request);
        if (other != null && (request.reference() == null || !other.equals(request))) {
            contradict("transfer " + id + " is the answer to " + other + " and to " + request);
        }
        if (request.reference() != null) {
            Long otherId = references.putIfAbsent(request.reference(), id);
            if (otherId != null && otherId != id) {
                contradict("reference " + request.reference() + " is booked as " + otherId + " and as " + id);
            }
        }
    }

    /** May be booked or not. */
    void unanswered(Request request) {
        unanswered.add(request);
    }

    /** Takes note of what only an error can explain. */
    void contradict(String what) {
        contradictions.add(what);
    }

    Map<Long, Request> acknowledged() {
        return acknowledged;
    }

    List<Request> unanswered() {
        return new ArrayList<>(unanswered);
    }

    /** Those that may be booked or not are settled: the ledger has shown which of them are. */
    void settled() {
        unanswered.clear();
    }

    List<String> contradictions() {
        return new ArrayList<>(contradictions);
    }

    long refused() {
        return refused.sum();
    }

    /** All that was heard so far, for whoever waits for more. */
    @Override
    public String toString() {
        return "acknowledged %d, refused %d, unanswered %d, contradictions %s"
                .formatted(acknowledged.size(), refused.sum(), unanswered.size(), contradictions);
    }
}
