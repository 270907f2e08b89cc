package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.Tally.Event;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.Durability;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalException;
import dev.wal.common.WalSpaceException;
import dev.wal.record.WalChange;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Op;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The life of one log, over faults and crashes, next to models of it. Everything happens in the calling thread, at a time
 * that only steps move, on a storage whose chances all come from seeds: the same steps give the same life.
 */
final class SimulatedLog {
    /** After so long without an append, a mark is due. */
    private static final long IDLE_NANOS = 150_000_000;

    /**
     * What a log is like, for all its life.
     *
     * @param maxDisk most bytes of its files, or 0 for no limit
     */
    record Nature(Durability durability, boolean stateful, RecoveryMode mode, int maxTransactionSize, long maxDisk) {
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
    private final CommitModel commits = new CommitModel(Logs.PARTITIONS);
    private final LsnModel lsns = new LsnModel(Logs.PARTITIONS);
    private final ContentModel contents = new ContentModel();
    private final PreparedModel prepared = new PreparedModel(commits, tally);
    private final SimulatedOutcomes outcomes;
    private final SimulatedWriter writer;
    private final List<Object> story = new ArrayList<>();
    private final Set<String> damagedSnapshots = new HashSet<>();
    private Step.DamageSegment segmentDamage;
    private MemoryStorage storage = new MemoryStorage();
    private long maxDisk;
    private long nanos = 1;

    // Of the open log.
    private WalManager wal;
    private DrivenThreads threads;
    private SimulatedState state;
    private ScheduledCheckpoints automatic;

    SimulatedLog(Nature nature) {
        this.nature = nature;
        this.maxDisk = nature.maxDisk();
        this.outcomes = new SimulatedOutcomes(this, nature, commits, tally);
        this.writer = new SimulatedWriter(this, outcomes, lsns, prepared, contents, tally);
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
        return story.stream().map(Object::toString).collect(Collectors.joining("\n  ", nature + "\n  ", ""));
    }

    WalManager wal() {
        return wal;
    }

    DrivenThreads threads() {
        return threads;
    }

    long nanos() {
        return nanos;
    }

    /** Adds to the story. */
    void tell(String what) {
        story.add(what);
    }

    /** Lives through all steps, then closes, and opens twice in the strictest mode. */
    void live(List<Step> steps) {
        open(true, false);
        for (Step step : steps) {
            story.add(step);
            take(step);
        }
        story.add("end");
        reopen();
        reopen();
        wal.close();
        assertThat(storage.openFiles()).as("files left open").isZero();
    }

    private void take(Step step) {
        if (step instanceof Step.Transact transact) {
            writer.transact(transact);
        } else if (step instanceof Step.Resolve resolve) {
            writer.resolve(resolve.index());
        } else if (step instanceof Step.CallerBegin begin) {
            writer.begin(begin.partition(), begin.id());
        } else if (step instanceof Step.CallerPut put) {
            writer.put(put.partition(), put.id(), put.size());
        } else if (step instanceof Step.CallerCommit commit) {
            writer.end(commit.partition(), commit.id(), true);
        } else if (step instanceof Step.CallerRollBack rollBack) {
            writer.end(rollBack.partition(), rollBack.id(), false);
        } else if (step instanceof Step.PutAlone put) {
            writer.putAlone(put.partition(), put.size());
        } else if (step instanceof Step.AppendBatch batch) {
            writer.appendBatch(batch);
        } else if (step instanceof Step.TakeCheckpoint checkpoint) {
            checkpoint(checkpoint.partition());
        } else if (step instanceof Step.Pass pass) {
            nanos += pass.nanos();
        } else if (step instanceof Step.Fail fail) {
            arm(fail);
        } else if (step instanceof Step.DamageSnapshot damage) {
            damageSnapshot(damage.partition());
        } else if (step instanceof Step.DamageSegment damage) {
            segmentDamage = damage;
        } else if (step instanceof Step.Crash crash) {
            crash(crash);
        } else if (step instanceof Step.Plain plain) {
            take(plain);
        }
    }

    private void take(Step.Plain plain) {
        switch (plain) {
            case SYNC -> {
                if (outcomes.attempt(wal::sync)) {
                    commits.allForced();
                    outcomes.settlePending();
                }
            }
            case FLUSH -> flush();
            case IDLE -> {
                flush();
                nanos += IDLE_NANOS;
                flush();
            }
            case FORCE_FULL -> {
                threads.forceFullSegments();
                outcomes.noteFailure();
            }
            case AUTOMATIC_CHECKPOINT -> automaticCheckpoint();
            case REOPEN -> reopen();
        }
    }

    /** The flusher does what there is to do. */
    private void flush() {
        threads.flush();
        outcomes.noteFailure();
        outcomes.settlePending();
    }

    // What may go wrong.

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

    // Checkpoints.

    private void checkpoint(int partition) {
        boolean all = partition >= Logs.PARTITIONS;
        if (tryCheckpoint(tried -> all || tried == partition)) {
            outcomes.attempt(() -> checkpointed(all ? wal.checkpointAll() : wal.checkpoint(partition)));
        }
    }

    /** As the thread would that takes them. */
    private void automaticCheckpoint() {
        flush();
        nanos += ScheduledCheckpoints.LAST_RETRY.plusSeconds(1).toNanos();
        if (tryCheckpoint(tried -> true)) {
            Optional<CheckpointReport> before = automatic.status(true).lastSuccess();
            automatic.work();
            outcomes.noteFailure();
            Optional<CheckpointReport> last = automatic.status(true).lastSuccess();
            if (!last.equals(before)) {
                checkpointed(last.orElseThrow());
                tally.add(Event.AUTOMATIC_CHECKPOINTS);
            }
        }
    }

    /** Tells the model which partitions may be checkpointed, and where. Returns false if nothing can be. */
    private boolean tryCheckpoint(IntPredicate partitions) {
        flush();
        if (outcomes.isPending() && !outcomes.attempt(wal::sync)) {
            return false;
        }
        outcomes.settlePending();
        for (WalStatus.Partition status : wal.status().partitions()) {
            if (partitions.test(status.partition())) {
                commits.checkpointTried(status.partition(), status.appendedLsn() + 1);
            }
        }
        return true;
    }

    private void checkpointed(CheckpointReport report) {
        report.partitions().forEach(done -> commits.checkpointReported(done.partition(), done.lsn()));
        commits.allForced();
        tally.add(Event.CHECKPOINTS);
        tally.add(Event.SEGMENTS_DROPPED, report.segmentsDropped());
    }

    private void damageSnapshot(int partition) {
        List<PartitionCheckpoint> kept = keptCheckpoints(partition);
        boolean hasFallback = nature.stateful()
                && kept.size() == 2
                && !damagedSnapshots.contains(kept.get(1).snapshot());
        if (hasFallback && damagedSnapshots.add(kept.get(0).snapshot())) {
            LogBytes.flipBit(storage, kept.get(0).snapshot(), 0, 0);
            tally.add(Event.DAMAGED_SNAPSHOTS);
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
        lsns.forced(wal.status());
        wal.close();
        boolean clean = !outcomes.hasFailed()
                && wal.status().durableMark() == wal.status().position();
        if (clean) {
            commits.allForced();
            lsns.forced(wal.status());
        }
        outcomes.settleAll();
        storage.heal();
        open(clean, false);
    }

    private void crash(Step.Crash crash) {
        checkLiveState();
        lsns.forced(wal.status());
        Random random = new Random(crash.seed());
        MemoryStorage crashed = crashed(crash.powerCut(), random);
        storage.heal();
        wal.close();
        storage = crashed;
        damageSegment();
        boolean powerLost = crash.powerCut();
        for (int call : crash.failingOpens()) {
            boolean again = random.nextBoolean();
            storage = crashInOpen(call, again, random);
            powerLost |= again;
        }
        open(false, powerLost);
    }

    /** Nothing is promised of what is behind damage, but that it does not come back by halves, or later. */
    private void damageSegment() {
        if (segmentDamage == null) {
            return;
        }
        Random random = new Random(segmentDamage.seed());
        List<String> segments = LogBytes.segments(storage);
        String segment = segments.get(random.nextInt(segments.size()));
        int offset = LogBytes.SEGMENT_HEADER_SIZE + random.nextInt(Logs.SEGMENT_SIZE / 2);
        LogBytes.zero(storage, segment, offset, offset + 1 + random.nextInt(600));
        commits.damaged();
        lsns.damaged();
    }

    /** Opens the log on a storage that fails from a call on; returns what a crash at once leaves. */
    private MemoryStorage crashInOpen(int call, boolean powerCut, Random random) {
        storage.leavingOfFailedWrites(random);
        storage.failFrom(call, any -> true);
        opening();
        try {
            WalManager opened = WalManager.open(options(nature.mode()), () -> nanos, name -> new DrivenThreads());
            MemoryStorage crashed = crashed(powerCut, random);
            storage.heal();
            opened.close();
            return crashed;
        } catch (WalException e) {
            tally.add(Event.RECOVERIES_CUT_OFF);
            return crashed(powerCut, random);
        }
    }

    private MemoryStorage crashed(boolean powerCut, Random random) {
        countSegments();
        tally.add(powerCut ? Event.POWER_CUTS : Event.KILLS);
        return powerCut ? storage.powerCut(random) : storage.kill();
    }

    /** Segments get their name when they are made, of a new file or of one that is used again. */
    private void countSegments() {
        long made = storage.count(call -> call.is(Op.RENAME) && call.isOfTheLog());
        long created = storage.count(call -> call.is(Op.CREATE)
                && FileNames.isTemporary(call.file())
                && call.file().startsWith("segment-"));
        tally.add(Event.SEGMENTS_MADE, made);
        tally.add(Event.SEGMENTS_USED_AGAIN, Math.max(0, made - created));
    }

    private WalOptions options(RecoveryMode mode) {
        WalOptions.Builder options = Logs.options(storage);
        if (maxDisk > 0) {
            options.maxDisk(maxDisk);
        }
        return options.durability(nature.durability())
                .recoveryMode(mode)
                .maxTransactionSize(nature.maxTransactionSize())
                .inDoubtResolver(prepared::decide)
                .clock(new SteppedClock(() -> nanos))
                .build();
    }

    private void opening() {
        prepared.opening();
        commits.opening();
        tally.add(Event.OPENS);
    }

    private void open(boolean clean, boolean powerLost) {
        writer.opening();
        opening();
        outcomes.opening();
        threads = new DrivenThreads();
        storage.leavingOfFailedWrites(new Random(nanos));
        openWithRoom(clean ? RecoveryMode.STRICT : nature.mode());
        TailVerdict verdict = wal.recoveryReport().verdict();
        boolean damaged = segmentDamage != null;
        segmentDamage = null;
        assertThat(damaged || verdict != TailVerdict.CORRUPT)
                .as("verdict is %s", verdict)
                .isTrue();
        tally.add(Event.LOGS_STOPPED_AT_DAMAGE, verdict == TailVerdict.CORRUPT ? 1 : 0);
        tally.add(Event.TORN_TAILS, verdict == TailVerdict.TORN ? 1 : 0);
        for (WalStatus.Partition status : wal.status().partitions()) {
            // A damaged snapshot may have made it fall back to an earlier one.
            commits.checkpointFound(status.partition(), status.checkpointLsn(), damagedSnapshots.isEmpty());
        }
        List<List<Long>> found = nature.stateful() ? restored() : replayed();
        contents.check();
        found.forEach(CommitModel::checkUnique);
        long lost =
                commits.checkFound(found, !nature.stateful(), powerLost || damaged, damaged ? null : nature.interval());
        tally.add(Event.ACKNOWLEDGED_WITHOUT_A_FORCE_AND_LOST, lost);
        prepared.opened(wal.inDoubt());
        automatic = new ScheduledCheckpoints(
                wal.checkpointSource(),
                CheckpointSchedule.never().withInterval(CheckpointSchedule.MIN_INTERVAL),
                () -> nanos);
        lsns.opened(wal.status());
    }

    /** Where there is no room even to decide about what is in doubt, a higher limit helps. */
    private void openWithRoom(RecoveryMode mode) {
        try {
            wal = WalManager.open(options(mode), () -> nanos, name -> threads);
        } catch (WalSpaceException e) {
            assertThat(maxDisk).as("the limit that was met").isPositive();
            tell("    no room to open");
            maxDisk = 0;
            opening();
            wal = WalManager.open(options(nature.mode()), () -> nanos, name -> threads);
        }
    }

    private List<List<Long>> restored() {
        state = new SimulatedState(Logs.PARTITIONS, contents::told);
        wal.attach(state);
        return IntStream.range(0, Logs.PARTITIONS)
                .mapToObj(partition -> List.copyOf(state.rows(partition)))
                .toList();
    }

    private List<List<Long>> replayed() {
        List<List<Long>> found = new ArrayList<>();
        IntStream.range(0, Logs.PARTITIONS).forEach(partition -> found.add(new ArrayList<>()));
        List<WalChange> changes = Logs.replay(wal);
        lsns.found(changes);
        long position = -1;
        for (WalChange change : changes) {
            assertThat(change.position()).as("position of %s", change).isGreaterThanOrEqualTo(position);
            position = change.position();
            contents.told(change);
            found.get(change.partition()).add(change.rowId());
        }
        return found;
    }

    private void checkLiveState() {
        contents.check();
        if (nature.stateful() && !outcomes.hasFailed() && !outcomes.isPending()) {
            commits.checkLive(
                    IntStream.range(0, Logs.PARTITIONS).mapToObj(state::rows).toList());
        }
    }
}
