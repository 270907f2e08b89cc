package dev.wal.spring.join;

import dev.wal.InDoubtResolver;
import dev.wal.WalManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the database about transactions that are in doubt, and deletes the markers of those whose outcome is forced, many at a time. What fails is tried again. For one thread. */
final class MarkerWork {
    private static final Logger logger = LoggerFactory.getLogger(MarkerWork.class);

    /** So many markers are deleted at once, and few enough that a transaction of the database stays short. */
    private static final int MOST_AT_ONCE = 500;

    /** Where so many cannot be deleted, the oldest are left to be found in the table later. */
    static final int MOST_REMEMBERED = 100_000;

    private static final long DELETE_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long RETRY_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long NOTHING_TO_DO_NANOS = Duration.ofHours(1).toNanos();

    private final WalManager walManager;
    private final MarkerTable table;
    private final Set<Long> live;
    private final Set<Long> unresolved;
    private final List<Long> deletable = new ArrayList<>();
    private final List<Long> asking = new ArrayList<>();
    private boolean isNew;
    private boolean sweeping = true;

    /** The table was looked through up to here. */
    private long swept = Long.MIN_VALUE;

    private boolean failing;
    private long nextTime = System.nanoTime();

    /**
     * @param live transactions of this start whose markers are not to be deleted by who finds them in the table
     * @param unresolved transactions that are to be decided about
     */
    MarkerWork(WalManager walManager, MarkerTable table, Set<Long> live, Set<Long> unresolved) {
        this.walManager = walManager;
        this.table = table;
        this.live = live;
        this.unresolved = unresolved;
    }

    /** Once the log has ended, nothing more can be said of outcomes; the next start asks for those that are missing. */
    boolean canGoOn() {
        return walManager.isOpen();
    }

    /** How long there is nothing to do by itself. */
    long nanosToNext() {
        return sweeping || !asking.isEmpty() || !deletable.isEmpty()
                ? Math.max(0, nextTime - System.nanoTime())
                : NOTHING_TO_DO_NANOS;
    }

    /**
     * @param forced the outcomes of these transactions are forced
     * @param inDoubt the outcomes of these are to be asked for
     */
    void add(List<Long> forced, List<Long> inDoubt) {
        deletable.addAll(forced);
        asking.addAll(inDoubt);
        isNew |= !inDoubt.isEmpty();
    }

    /** There may be markers in the table that nobody remembers. */
    void sweepAgain() {
        sweeping = true;
        swept = Long.MIN_VALUE;
    }

    /** @param last whether nothing comes after this */
    void run(boolean last) {
        boolean due = nextTime - System.nanoTime() <= 0;
        if (isNew || due) {
            ask();
        }
        if (due || last || (deletable.size() >= MOST_AT_ONCE && !failing)) {
            clear();
        }
        forgetSome();
    }

    private void ask() {
        isNew = false;
        for (Iterator<Long> all = asking.iterator(); all.hasNext(); ) {
            long transactionId = all.next();
            try {
                resolve(transactionId);
                all.remove();
                unresolved.remove(transactionId);
                deletable.add(transactionId);
            } catch (RuntimeException | Error e) {
                logger.warn(
                        "What became of transaction {} in the database could not be found out and written to the log; it"
                                + " stays in doubt, and is asked for again: {}",
                        transactionId,
                        e.toString());
            }
        }
        nextTime = System.nanoTime() + RETRY_NANOS;
    }

    private void resolve(long transactionId) {
        InDoubtResolver.Decision decision = table.decide(walManager.logId(), transactionId);
        if (isInDoubt(walManager, transactionId)) {
            walManager.resolve(transactionId, decision);
            logger.info("Transaction {} was in doubt; the database has decided: {}", transactionId, decision);
        } else {
            logger.info("Transaction {} was in doubt; somebody else has decided about it", transactionId);
            walManager.sync();
        }
    }

    static boolean isInDoubt(WalManager walManager, long transactionId) {
        return walManager.inDoubt().stream().anyMatch(other -> other.transactionId() == transactionId);
    }

    /** Never harms: a marker that stays is found in the table later. */
    private void clear() {
        try {
            while (!deletable.isEmpty()) {
                delete(deletable.subList(0, Math.min(MOST_AT_ONCE, deletable.size())));
            }
            if (sweeping) {
                sweep();
            }
            failing = false;
            nextTime = System.nanoTime() + (asking.isEmpty() ? DELETE_INTERVAL_NANOS : RETRY_NANOS);
        } catch (RuntimeException | Error e) {
            if (!failing) {
                logger.warn(
                        "Markers could not be deleted from {}, which does no harm; it is tried again: {}",
                        MarkerTable.NAME,
                        e.toString());
            }
            failing = true;
            nextTime = System.nanoTime() + RETRY_NANOS;
        }
    }

    private void delete(List<Long> some) {
        table.delete(walManager.logId(), some);
        some.forEach(live::remove);
        some.clear();
    }

    /** Deletes what earlier starts have left: all that was in doubt then was decided, and that was forced, before this log took its first transaction. */
    private void sweep() {
        List<Long> found = table.transactionsAfter(walManager.logId(), swept);
        List<Long> left = new ArrayList<>(found);
        left.removeIf(live::contains);
        for (int from = 0; from < left.size(); from += MOST_AT_ONCE) {
            table.delete(walManager.logId(), left.subList(from, Math.min(from + MOST_AT_ONCE, left.size())));
        }
        sweeping = found.size() == MarkerTable.MOST_FOUND;
        if (sweeping) {
            swept = found.get(found.size() - 1);
        }
    }

    private void forgetSome() {
        if (deletable.size() > MOST_REMEMBERED) {
            List<Long> oldest = deletable.subList(0, deletable.size() - MOST_REMEMBERED / 2);
            oldest.forEach(live::remove);
            oldest.clear();
            sweepAgain();
        }
    }
}
