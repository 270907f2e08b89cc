package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.CommitModel.Change;
import dev.wal.CommitModel.Commit;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.CommitUnknownException;
import dev.wal.common.Durability;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalException;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Op;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The life of one log, over faults and crashes, next to a {@link CommitModel} of it. Everything happens in the calling thread, at a time
 * that only steps move, on a storage whose chances all come from seeds: the same steps give the same life.
 */
final class SimulatedLog {
    private static final String TABLE = Logs.TABLE;
    private static final long PATIENCE_SECONDS = 20;

    /** What a log is like, for all its life. */
    record Nature(Durability durability, boolean stateful, RecoveryMode mode, int maxTransactionSize) {
        boolean isForced(Durability level) {
            return (level == null ? durability : level).forcesBeforeCommitReturns();
        }

        boolean isPeriodic(Durability level) {
            return level == null && durability instanceof Durability.Periodic;
        }

        Duration interval() {
            return durability instanceof Durability.Periodic periodic ? periodic.interval() : null;
        }
    }

    private final Nature nature;
    private final Tally tally = new Tally();
    private final CommitModel model = new CommitModel(Logs.PARTITIONS);
    private final List<Object> trace = new ArrayList<>();
    private final Set<String> damagedSnapshots = new HashSet<>();
    private MemoryStorage storage = new MemoryStorage();
    private long nanos = 1;
    private long nextRow;

    // Of the open log.
    private WalManager wal;
    private DrivenThreads threads;
    private SimulatedState state;
    private boolean failed;
    private final List<Pending> pending = new ArrayList<>();
    private final Map<Change, List<Change>> callers = new HashMap<>();
    private final Map<Integer, Open> transactions = new HashMap<>();

    /** By id, those that were prepared, and about which nobody can be sure yet that they are decided. */
    private final Map<Long, Prepared> prepared = new TreeMap<>();

    /** Those that the resolver was asked about. */
    private final Set<Long> asked = new HashSet<>();

    // What is known of LSNs: of each row, and for each partition the last that is forced, and the last before this
    // open.
    private final Map<Change, Long> lsns = new HashMap<>();
    private final long[] forcedLsns = new long[Logs.PARTITIONS];
    private final long[] openedLsns = new long[Logs.PARTITIONS];

    /** An asynchronous commit that is under way. */
    private record Pending(Commit commit, CompletableFuture<CommitReceipt> receipt, Durability level) {}

    /** A transaction of the engine that is open. */
    private static final class Open {
        private final WalTransaction transaction;
        private final Durability level;
        private final List<Change> changes = new ArrayList<>();
        private final List<WalTransaction.Savepoint> savepoints = new ArrayList<>();
        private final List<Integer> sizes = new ArrayList<>();

        private Open(WalTransaction transaction, Durability level) {
            this.transaction = transaction;
            this.level = level;
        }
    }

    /** A transaction that was prepared. */
    private static final class Prepared {
        private final List<Change> changes;
        private InDoubtResolver.Decision decision;
        private boolean promised;
        private boolean rollBackTried;
        private Commit commit;

        private Prepared(List<Change> changes, InDoubtResolver.Decision decision) {
            this.changes = changes;
            this.decision = decision;
        }
    }

    SimulatedLog(Nature nature) {
        this.nature = nature;
        Arrays.fill(forcedLsns, -1);
    }

    Tally tally() {
        return tally;
    }

    /** How many calls the last storage has seen. */
    long storageCalls() {
        return storage.count(call -> true);
    }

    /** What happened so far, to tell it when something went wrong. */
    String story() {
        return trace.stream().map(Object::toString).collect(Collectors.joining("\n  ", nature + "\n  ", ""));
    }

    /** Lives through all steps, then closes, and opens twice in the strictest mode. */
    void live(List<Step> steps) {
        open(true, false);
        for (Step step : steps) {
            trace.add(step);
            take(step);
        }
        trace.add("end");
        reopen();
        reopen();
        wal.close();
        assertThat(storage.openFiles()).as("files left open").isZero();
    }

    private void take(Step step) {
        if (step instanceof Step.Transact transact) {
            transact(transact);
        } else if (step instanceof Step.CallerBegin begin) {
            begin(begin.partition(), begin.id());
        } else if (step instanceof Step.CallerPut put) {
            put(put.partition(), put.id(), put.size());
        } else if (step instanceof Step.CallerCommit commit) {
            end(commit.partition(), commit.id(), true);
        } else if (step instanceof Step.CallerRollBack rollBack) {
            end(rollBack.partition(), rollBack.id(), false);
        } else if (step instanceof Step.PutAlone put) {
            putAlone(put.partition(), put.size());
        } else if (step instanceof Step.AppendBatch batch) {
            appendBatch(batch);
        } else if (step instanceof Step.TakeCheckpoint checkpoint) {
            checkpoint(checkpoint.partition());
        } else if (step instanceof Step.Pass pass) {
            nanos += pass.nanos();
        } else if (step instanceof Step.Fail fail) {
            arm(fail);
        } else if (step instanceof Step.DamageSnapshot damage) {
            damageSnapshot(damage.partition());
        } else if (step instanceof Step.Crash crash) {
            crash(crash);
        } else if (step instanceof Step.Resolve resolve) {
            resolve(resolve.index());
        } else if (step instanceof Step.Plain plain) {
            take(plain);
        }
    }

    private void take(Step.Plain plain) {
        switch (plain) {
            case SYNC -> {
                if (attempt(wal::sync)) {
                    model.allForced();
                    settlePending();
                }
            }
            case FLUSH -> flush();
            case FORCE_FULL -> {
                threads.forceFullSegments();
                noteFailure();
            }
            case REOPEN -> reopen();
        }
    }

    /** The flusher does what there is to do. */
    private void flush() {
        threads.flush();
        noteFailure();
        settlePending();
    }

    // What may go wrong.

    /** Does something that does not commit; whether it was done. */
    private boolean attempt(Runnable action) {
        boolean hadFailed = failed;
        try {
            action.run();
            return true;
        } catch (WalException e) {
            trace.add("    " + e.getClass().getSimpleName());
            return false;
        } finally {
            noteFailure();
            if (hadFailed) {
                assertThat(wal.status().state()).isEqualTo(WalStatus.State.FAILED);
            }
        }
    }

    /** Commits; the model is told of the outcome. Returns false if nothing was written. */
    private boolean commit(List<Change> changes, Durability level, Runnable action) {
        return commit(model.begin(changes, nature.isPeriodic(level)), nature.isForced(level), action);
    }

    private boolean commit(Commit commit, boolean isForced, Runnable action) {
        boolean hadFailed = failed;
        try {
            action.run();
            assertThat(hadFailed).as("a failed log acknowledged %s", commit).isFalse();
            model.acknowledged(commit, isForced, nanos);
            tally.commits++;
            return true;
        } catch (CommitUnknownException e) {
            trace.add("    unknown: " + commit);
            tally.unknown++;
            return true;
        } catch (WalException e) {
            trace.add("    refused: " + e.getClass().getSimpleName());
            model.refused(commit);
            return false;
        } finally {
            noteFailure();
            settlePending();
        }
    }

    private void noteFailure() {
        if (!failed && wal.status().state() == WalStatus.State.FAILED) {
            trace.add("    failed: " + wal.status().failure().orElseThrow());
            failed = true;
            tally.failures++;
            threads.flush();
            settlePending();
        }
    }

    /** Asks what became of asynchronous commits that must be decided by now. */
    private void settlePending() {
        long written = wal.status().position();
        long durable = wal.status().durableMark();
        while (!pending.isEmpty()) {
            Pending first = pending.get(0);
            boolean decided = failed
                    || !nature.isForced(first.level())
                    || durable == written
                    || first.receipt().isDone();
            if (!decided) {
                return;
            }
            pending.remove(0);
            settle(first);
        }
    }

    private void settle(Pending one) {
        try {
            one.receipt().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            model.acknowledged(one.commit(), nature.isForced(one.level()), nanos);
            tally.commits++;
        } catch (ExecutionException e) {
            trace.add("    asynchronous: " + e.getCause().getClass().getSimpleName());
            if (!(e.getCause() instanceof CommitUnknownException)) {
                model.refused(one.commit());
            }
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("nobody tells the outcome of " + one.commit(), e);
        }
    }

    private void arm(Step.Fail fail) {
        switch (fail.failure()) {
            case ONCE -> storage.failOnce(fail.call(), call -> true);
            case FOR_GOOD -> storage.failFrom(fail.call(), call -> true);
            case NO_SPACE -> {
                AtomicInteger calls = new AtomicInteger();
                storage.failBy(call -> {
                    boolean needsSpace = call.is(Op.CREATE) || call.is(Op.WRITE) && !call.isOfTheLog();
                    int number = needsSpace ? calls.incrementAndGet() : 0;
                    if (number >= fail.call() && number < fail.call() + 8) {
                        throw new IOException("No space left on device");
                    }
                });
            }
        }
    }

    // Writing.

    private Change nextChange(int partition) {
        return new Change(partition, nextRow++);
    }

    private static Row row(long number, int size) {
        return Row.of(Value.of(number), Value.of(new byte[size]));
    }

    private void transact(Step.Transact step) {
        Open open = transactions.remove(step.number());
        if (open == null) {
            try {
                TransactionOptions options = TransactionOptions.defaults();
                open = new Open(
                        wal.begin(step.level() == null ? options : options.withDurability(step.level())), step.level());
            } catch (WalException e) {
                assertThat(failed)
                        .as("whether the log had failed when it refused a transaction")
                        .isTrue();
                return;
            }
        }
        for (Step.Action action : step.actions()) {
            if (!act(open, action)) {
                open.transaction.rollback();
                return;
            }
        }
        end(open, step);
    }

    /** Returns false if the transaction cannot go on. */
    private boolean act(Open open, Step.Action action) {
        if (action instanceof Step.Put put) {
            Change change = nextChange(put.partition());
            if (attempt(() -> write(open.transaction, change, put.size()))) {
                open.changes.add(change);
            }
            return !failed;
        }
        if (action instanceof Step.Undo undo) {
            int index = undo.savepoint();
            if (index >= open.savepoints.size()) {
                return true;
            }
            int kept = open.sizes.get(index);
            boolean done = attempt(() -> open.transaction.rollbackTo(open.savepoints.get(index)));
            open.changes.subList(kept, open.changes.size()).clear();
            open.savepoints.subList(index + 1, open.savepoints.size()).clear();
            open.sizes.subList(index + 1, open.sizes.size()).clear();
            return done;
        }
        open.savepoints.add(open.transaction.savepoint());
        open.sizes.add(open.changes.size());
        return true;
    }

    private void write(WalTransaction transaction, Change change, int size) {
        Row row = row(change.row(), size);
        switch ((int) (change.row() % 3)) {
            case 0 -> transaction.insert(TABLE, change.partition(), change.row(), row);
            case 1 -> transaction.update(TABLE, change.partition(), change.row(), null, row);
            default -> transaction.delete(TABLE, change.partition(), change.row(), row, change.row());
        }
    }

    private void end(Open open, Step.Transact step) {
        WalTransaction transaction = open.transaction;
        if (step.ending() == Step.Ending.LEAVE_OPEN) {
            transactions.put(step.number(), open);
            return;
        }
        if (open.changes.isEmpty()) {
            transaction.rollback();
            return;
        }
        switch (step.ending()) {
            case COMMIT -> commit(open.changes, open.level, () -> checkReceipt(transaction.commit()));
            case COMMIT_ASYNC -> commitAsync(open);
            case PREPARE, PREPARE_AND_COMMIT, PREPARE_AND_ROLL_BACK -> prepare(open, step.ending());
            default -> transaction.rollback();
        }
        transaction.close();
    }

    private void commitAsync(Open open) {
        Commit commit = model.begin(open.changes, nature.isPeriodic(open.level));
        pending.add(new Pending(commit, open.transaction.commitAsync(), open.level));
        noteFailure();
        settlePending();
    }

    private void prepare(Open open, Step.Ending ending) {
        WalTransaction transaction = open.transaction;
        Prepared promise = new Prepared(open.changes, decision(ending, transaction.id()));
        try {
            transaction.prepare();
            assertThat(failed).as("a failed log promised").isFalse();
            promise.promised = true;
            model.allForced();
            tally.prepared++;
        } catch (CommitUnknownException e) {
            trace.add("    unknown: " + e.getClass().getSimpleName());
        } catch (WalException e) {
            trace.add("    refused: " + e.getClass().getSimpleName());
            return;
        } finally {
            noteFailure();
            settlePending();
        }
        prepared.put(transaction.id(), promise);
        if (promise.promised && ending == Step.Ending.PREPARE_AND_COMMIT) {
            commit(promise, open.level, transaction::commit);
        } else if (promise.promised && ending == Step.Ending.PREPARE_AND_ROLL_BACK) {
            promise.rollBackTried = true;
            transaction.rollback();
            noteFailure();
        }
    }

    private void commit(Prepared promise, Durability level, Runnable action) {
        Commit commit = model.begin(promise.changes, nature.isPeriodic(level));
        promise.decision = InDoubtResolver.Decision.COMMIT;
        promise.commit = commit(commit, nature.isForced(level), action) ? commit : null;
    }

    private static InDoubtResolver.Decision decision(Step.Ending ending, long id) {
        return switch (ending) {
            case PREPARE_AND_COMMIT -> InDoubtResolver.Decision.COMMIT;
            case PREPARE_AND_ROLL_BACK -> InDoubtResolver.Decision.ROLL_BACK;
            default -> InDoubtResolver.Decision.values()[(int) Math.floorMod(id, 3L)];
        };
    }

    // Transactions that are in doubt.

    /** Decides about one that is open for a decision, as it was decided before, if it was. */
    private void resolve(int index) {
        List<InDoubtTransaction> inDoubt = wal.inDoubt();
        if (failed || inDoubt.isEmpty()) {
            return;
        }
        long id = inDoubt.get(index % inDoubt.size()).transactionId();
        Prepared promise = prepared.get(id);
        if (promise.decision == InDoubtResolver.Decision.ROLL_BACK) {
            promise.rollBackTried = true;
            attempt(() -> wal.resolve(id, InDoubtResolver.Decision.ROLL_BACK));
        } else {
            commit(promise, Durability.synchronous(), () -> wal.resolve(id, InDoubtResolver.Decision.COMMIT));
        }
    }

    /** What the log asks at open: of what it asks about, no commit can be in the log. */
    private InDoubtResolver.Decision decide(InDoubtTransaction transaction) {
        long id = transaction.transactionId();
        Prepared promise = prepared.get(id);
        assertThat(promise)
                .as("%s, which is in doubt, was prepared", transaction)
                .isNotNull();
        asked.add(id);
        tally.inDoubt++;
        if (promise.commit != null) {
            model.gone(promise.commit);
            promise.commit = null;
        }
        if (promise.decision == InDoubtResolver.Decision.COMMIT) {
            promise.commit = model.begin(promise.changes, false);
        } else if (promise.decision == InDoubtResolver.Decision.ROLL_BACK) {
            promise.rollBackTried = true;
        }
        return promise.decision;
    }

    /** After an open, all but those that were left in doubt are decided for good. */
    private void checkPrepared() {
        Set<Long> left = new HashSet<>();
        prepared.forEach((id, promise) -> {
            boolean wasAsked = asked.contains(id);
            boolean committed = promise.commit != null && model.contains(promise.commit);
            assertThat(wasAsked || committed || promise.rollBackTried || !promise.promised)
                    .as("transaction %d, which was prepared, is neither in doubt nor decided", id)
                    .isTrue();
            if (wasAsked && promise.decision == InDoubtResolver.Decision.LEAVE) {
                left.add(id);
            }
        });
        prepared.keySet().retainAll(left);
        assertThat(wal.inDoubt())
                .extracting(InDoubtTransaction::transactionId)
                .containsExactlyInAnyOrderElementsOf(left);
    }

    private void begin(int partition, int id) {
        if (attempt(() -> wal.logBegin(partition, id, 0))) {
            callers.put(new Change(partition, id), new ArrayList<>());
        }
    }

    private void put(int partition, int id, int size) {
        List<Change> changes = callers.get(new Change(partition, id));
        Change change = nextChange(partition);
        if (changes == null) {
            refused(() -> wal.logInsert(id, TABLE, partition, change.row(), row(change.row(), size)));
        } else if (attempt(() ->
                noteLsn(change, wal.logInsert(id, TABLE, partition, change.row(), row(change.row(), size))))) {
            changes.add(change);
        }
    }

    private void end(int partition, int id, boolean commit) {
        List<Change> changes = callers.get(new Change(partition, id));
        if (changes == null) {
            refused(() -> wal.logCommit(partition, id, 0));
            return;
        }
        boolean ended = commit
                ? commit(changes, null, () -> wal.logCommit(partition, id, nextRow))
                : attempt(() -> wal.logRollback(partition, id));
        if (ended) {
            callers.remove(new Change(partition, id));
        }
    }

    /** A caller's mistake changes nothing. */
    private void refused(Runnable mistake) {
        if (!failed) {
            long before = wal.status().position();
            assertThatThrownBy(mistake::run)
                    .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class);
            assertThat(wal.status().position()).isEqualTo(before);
        }
    }

    private void putAlone(int partition, int size) {
        List<List<Change>> open = callers.entrySet().stream()
                .filter(entry -> entry.getKey().partition() == partition)
                .map(Map.Entry::getValue)
                .toList();
        Change change = nextChange(partition);
        Runnable put = () -> noteLsn(change, wal.logInsert(TABLE, partition, change.row(), row(change.row(), size)));
        if (open.isEmpty()) {
            commit(List.of(change), null, put);
        } else if (open.size() > 1) {
            refused(put);
        } else if (attempt(put)) {
            open.get(0).add(change);
        }
    }

    private void appendBatch(Step.AppendBatch step) {
        int partition = step.partition();
        int id = 1_000;
        List<Change> changes = new ArrayList<>();
        List<WalRecord> records = new ArrayList<>();
        records.add(new WalRecord.Begin(id, partition, 0));
        for (int i = 0; i < step.rows(); i++) {
            Change change = nextChange(partition);
            changes.add(change);
            records.add(new WalRecord.Insert(id, TABLE, partition, change.row(), row(change.row(), step.size())));
        }
        records.add(new WalRecord.Commit(id, partition, 0));
        commit(changes, null, () -> {
            LsnRange range = wal.batchAppend(partition, records);
            for (int i = 0; i < changes.size(); i++) {
                noteLsn(changes.get(i), range.first() + 1 + i);
            }
        });
    }

    // LSNs.

    /** A new LSN is above all that were forced before the log was opened. */
    private void noteLsn(Change change, long lsn) {
        assertThat(lsn).as("LSN of %s", change).isGreaterThan(openedLsns[change.partition()]);
        lsns.put(change, lsn);
    }

    private void checkReceipt(CommitReceipt receipt) {
        long partitions =
                receipt.ranges().stream().map(LsnRange::partition).distinct().count();
        tally.spilled += receipt.ranges().size() > partitions ? 1 : 0;
        for (LsnRange range : receipt.ranges()) {
            assertThat(range.first()).as("first LSN of %s", receipt).isGreaterThan(openedLsns[range.partition()]);
        }
    }

    /** A record keeps its LSN for ever, and no other of its partition has the same. */
    private void checkLsns(List<WalChange> found) {
        Set<Change> taken = new HashSet<>();
        for (WalChange change : found) {
            Change key = new Change(change.partition(), change.rowId());
            Long earlier = lsns.put(key, change.lsn());
            if (earlier != null) {
                assertThat(change.lsn()).as("LSN of %s", change).isEqualTo(earlier);
            }
            assertThat(taken.add(new Change(change.partition(), change.lsn())))
                    .as("LSN of %s was used once", change)
                    .isTrue();
        }
    }

    private void noteForcedLsns() {
        for (WalStatus.Partition partition : wal.status().partitions()) {
            forcedLsns[partition.partition()] = Math.max(forcedLsns[partition.partition()], partition.durableLsn());
        }
    }

    // Checkpoints.

    private void checkpoint(int partition) {
        flush();
        if (!pending.isEmpty() && !attempt(wal::sync)) {
            return;
        }
        settlePending();
        boolean all = partition >= Logs.PARTITIONS;
        for (WalStatus.Partition status : wal.status().partitions()) {
            if (all || status.partition() == partition) {
                model.checkpointTried(status.partition(), status.appendedLsn() + 1);
            }
        }
        attempt(() -> {
            CheckpointReport report = all ? wal.checkpointAll() : wal.checkpoint(partition);
            report.partitions().forEach(done -> model.checkpointReported(done.partition(), done.lsn()));
            model.allForced();
            tally.checkpoints++;
            tally.droppedSegments += report.segmentsDropped();
        });
    }

    private void damageSnapshot(int partition) {
        List<PartitionCheckpoint> kept = keptCheckpoints(partition);
        boolean hasFallback = nature.stateful()
                && kept.size() == 2
                && !damagedSnapshots.contains(kept.get(1).snapshot());
        if (hasFallback && damagedSnapshots.add(kept.get(0).snapshot())) {
            LogBytes.flipBit(storage, kept.get(0).snapshot(), 0, 0);
            tally.damagedSnapshots++;
        }
    }

    /** As the next open will find them, newest first. */
    private List<PartitionCheckpoint> keptCheckpoints(int partition) {
        try {
            return new ManifestStore(storage.kill())
                    .read()
                    .orElseThrow()
                    .partitions()
                    .get(partition)
                    .checkpoints();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // Ends and beginnings.

    private void reopen() {
        flush();
        checkLiveState();
        noteForcedLsns();
        wal.close();
        boolean clean = !failed && wal.status().durableMark() == wal.status().position();
        if (clean) {
            model.allForced();
            noteForcedLsns();
        }
        settleAtEnd();
        storage.heal();
        open(clean, false);
    }

    /** Closing has told every outcome. */
    private void settleAtEnd() {
        pending.forEach(this::settle);
        pending.clear();
    }

    private void crash(Step.Crash crash) {
        checkLiveState();
        noteForcedLsns();
        Random random = new Random(crash.seed());
        MemoryStorage crashed = crashed(crash.powerCut(), random);
        storage.heal();
        wal.close();
        pending.clear();
        boolean powerLost = crash.powerCut();
        storage = crashed;
        for (int call : crash.failingOpens()) {
            storage.leavingOfFailedWrites(random);
            storage.failFrom(call, any -> true);
            boolean again = random.nextBoolean();
            try {
                crashed = openAs(nature.mode(), again, random);
            } catch (WalException e) {
                tally.cutRecoveries++;
                crashed = crashed(again, random);
            }
            powerLost |= again;
            storage = crashed;
        }
        open(false, powerLost);
    }

    /** Opens the log while the storage is about to fail; returns what a crash at once leaves. */
    private MemoryStorage openAs(RecoveryMode mode, boolean powerCut, Random random) {
        asked.clear();
        model.opening();
        WalManager opened = WalManager.open(options(mode), () -> nanos, name -> new DrivenThreads());
        MemoryStorage crashed = crashed(powerCut, random);
        storage.heal();
        opened.close();
        return crashed;
    }

    private MemoryStorage crashed(boolean powerCut, Random random) {
        if (powerCut) {
            tally.powerCuts++;
            return storage.powerCut(random);
        }
        tally.kills++;
        return storage.kill();
    }

    private WalOptions options(RecoveryMode mode) {
        return Logs.options(storage)
                .durability(nature.durability())
                .recoveryMode(mode)
                .maxTransactionSize(nature.maxTransactionSize())
                .inDoubtResolver(this::decide)
                .clock(new SteppedClock())
                .build();
    }

    private void open(boolean clean, boolean powerLost) {
        callers.clear();
        transactions.clear();
        asked.clear();
        model.opening();
        failed = false;
        threads = new DrivenThreads();
        storage.leavingOfFailedWrites(new Random(nextRow));
        RecoveryMode mode = clean ? RecoveryMode.STRICT : nature.mode();
        wal = WalManager.open(options(mode), () -> nanos, name -> threads);
        tally.opens++;
        tally.tornTails += wal.recoveryReport().verdict() == TailVerdict.TORN ? 1 : 0;
        assertThat(wal.recoveryReport().verdict()).isNotEqualTo(TailVerdict.CORRUPT);
        for (WalStatus.Partition status : wal.status().partitions()) {
            int partition = status.partition();
            // A damaged snapshot may have made it fall back to an earlier one.
            model.checkpointFound(partition, status.checkpointLsn(), damagedSnapshots.isEmpty());
            assertThat(status.appendedLsn())
                    .as("last LSN of partition %d", partition)
                    .isGreaterThanOrEqualTo(forcedLsns[partition]);
            openedLsns[partition] = forcedLsns[partition];
        }
        List<List<Long>> found = nature.stateful() ? restored() : replayed();
        found.forEach(CommitModel::checkUnique);
        model.checkFound(found, !nature.stateful(), powerLost, nature.interval());
        checkPrepared();
        tally.lostUnforced = model.lostAcknowledged();
        noteForcedLsns();
    }

    private List<List<Long>> restored() {
        state = new SimulatedState(Logs.PARTITIONS);
        wal.attach(state);
        List<List<Long>> found = new ArrayList<>();
        for (int i = 0; i < Logs.PARTITIONS; i++) {
            found.add(List.copyOf(state.rows(i)));
        }
        return found;
    }

    private List<List<Long>> replayed() {
        List<List<Long>> found = new ArrayList<>();
        for (int i = 0; i < Logs.PARTITIONS; i++) {
            found.add(new ArrayList<>());
        }
        long position = -1;
        List<WalChange> changes = Logs.replay(wal);
        checkLsns(changes);
        for (WalChange change : changes) {
            assertThat(change.position()).as("position of %s", change).isGreaterThanOrEqualTo(position);
            position = change.position();
            found.get(change.partition()).add(change.rowId());
        }
        return found;
    }

    private void checkLiveState() {
        if (nature.stateful() && !failed && pending.isEmpty()) {
            List<List<Long>> rows = new ArrayList<>();
            for (int i = 0; i < Logs.PARTITIONS; i++) {
                rows.add(state.rows(i));
            }
            model.checkLive(rows);
        }
    }

    /** Goes with the time of the simulation, and now and then backwards. */
    private final class SteppedClock extends Clock {
        private long calls;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(1_000_000, nanos).minusMillis(++calls % 7 == 0 ? 500 : 0);
        }
    }

    /** What happened, so that a test can see that enough did. */
    static final class Tally {
        long commits;
        long unknown;
        long failures;
        long prepared;
        long inDoubt;
        long spilled;
        long opens;
        long powerCuts;
        long kills;
        long cutRecoveries;
        long tornTails;
        long lostUnforced;
        long checkpoints;
        long droppedSegments;
        long damagedSnapshots;

        void add(Tally other) {
            commits += other.commits;
            unknown += other.unknown;
            failures += other.failures;
            prepared += other.prepared;
            inDoubt += other.inDoubt;
            spilled += other.spilled;
            opens += other.opens;
            powerCuts += other.powerCuts;
            kills += other.kills;
            cutRecoveries += other.cutRecoveries;
            tornTails += other.tornTails;
            lostUnforced += other.lostUnforced;
            checkpoints += other.checkpoints;
            droppedSegments += other.droppedSegments;
            damagedSnapshots += other.damagedSnapshots;
        }

        @Override
        public String toString() {
            return String.format(
                    "commits %d, of unknown outcome %d, failed logs %d, prepared %d, found in doubt %d, spilled %d, opens %d, power cuts %d, kills %d, "
                            + "recoveries cut off %d, torn tails %d, acknowledged without a force and lost %d, checkpoints %d, "
                            + "segments dropped %d, damaged snapshots %d",
                    commits,
                    unknown,
                    failures,
                    prepared,
                    inDoubt,
                    spilled,
                    opens,
                    powerCuts,
                    kills,
                    cutRecoveries,
                    tornTails,
                    lostUnforced,
                    checkpoints,
                    droppedSegments,
                    damagedSnapshots);
        }
    }
}
