package dev.wal.demo.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what the ledger shows after a restart with what its clients know, without anything of the ledger's own code.
 *
 * @param lost acknowledged transfers that are not there
 * @param doubled transfers that are there more often than they were asked for
 * @param wronglyAccepted transfers that are there though nobody asked for them, or was told that they were refused
 * @param found transfers that are there, though nobody was told so
 * @param errors all else that is wrong
 */
record Audit(
        List<String> lost,
        List<String> doubled,
        List<String> wronglyAccepted,
        List<Booked> found,
        List<String> errors) {

    static Audit of(History history, Map<Long, Long> openings, Map<Long, Long> balances, List<Booked> transfers) {
        Audit audit = new Audit(
                new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        audit.compareTransfers(history, transfers);
        audit.compareBalances(openings, balances, transfers);
        return audit;
    }

    private void compareTransfers(History history, List<Booked> transfers) {
        Map<Long, Booked> byId = new HashMap<>();
        Set<String> references = new HashSet<>();
        Map<Request, Integer> unanswered = new HashMap<>();
        history.unanswered().forEach(request -> unanswered.merge(request, 1, Integer::sum));
        Set<Request> known = new HashSet<>(history.acknowledged().values());
        known.addAll(history.unanswered());
        for (Booked transfer : transfers) {
            boolean again = byId.put(transfer.id(), transfer) != null;
            boolean sameReference = transfer.reference() != null && !references.add(transfer.reference());
            boolean asked = history.acknowledged().containsKey(transfer.id()) || take(unanswered, transfer);
            if (!known.contains(transfer.request())) {
                wronglyAccepted.add(transfer.toString());
            } else if (again || sameReference || !asked) {
                doubled.add(transfer.toString());
            }
        }
        history.acknowledged().forEach((id, request) -> {
            Booked transfer = byId.get(id);
            if (transfer == null) {
                lost.add(id + " " + request);
            } else if (!transfer.request().equals(request)) {
                errors.add(request + " was booked as " + transfer);
            }
        });
    }

    private boolean take(Map<Request, Integer> unanswered, Booked transfer) {
        Integer count = unanswered.get(transfer.request());
        if (count == null || count == 0) {
            return false;
        }
        unanswered.put(transfer.request(), count - 1);
        found.add(transfer);
        return true;
    }

    private void compareBalances(Map<Long, Long> openings, Map<Long, Long> balances, List<Booked> transfers) {
        Map<Long, Long> expected = new HashMap<>(openings);
        for (Booked transfer : transfers) {
            expected.merge(transfer.from(), -transfer.amount(), Long::sum);
            expected.merge(transfer.to(), transfer.amount(), Long::sum);
        }
        if (!expected.equals(balances)) {
            errors.add("balances are " + balances + ", and transfers add up to " + expected);
        }
        balances.forEach((account, balance) -> {
            if (balance < 0) {
                errors.add("account " + account + " has " + balance);
            }
        });
        if (sum(balances) != sum(openings)) {
            errors.add("the sum is " + sum(balances) + ", and was " + sum(openings));
        }
    }

    private static long sum(Map<Long, Long> balances) {
        return balances.values().stream().mapToLong(Long::longValue).sum();
    }
}
