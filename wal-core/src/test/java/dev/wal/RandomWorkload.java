package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.Durability;
import dev.wal.common.WalException;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Random work on one log after the other, each of which goes on with what the crash of the one before has left. Keeps a model of what was
 * committed, and compares it with what recovery hands over.
 */
final class RandomWorkload {
    private static final int ROUNDS = 3;
    private static final int MOST_OPERATIONS = 30;

    /** What happened, so that a test can see that enough did. */
    static final class Tally {
        long commits;
        long powerCuts;
        long kills;
        long cutsInsideACall;
        long tornTails;
        long checkpoints;
        long droppedSegments;
        long lostUnacknowledged;

        void add(Tally other) {
            commits += other.commits;
            powerCuts += other.powerCuts;
            kills += other.kills;
            cutsInsideACall += other.cutsInsideACall;
            tornTails += other.tornTails;
            checkpoints += other.checkpoints;
            droppedSegments += other.droppedSegments;
            lostUnacknowledged += other.lostUnacknowledged;
        }
    }

    /** How a commit ended. */
    private enum End {
        ACKNOWLEDGED,
        UNKNOWN,
        REFUSED
    }

    /** A commit of the model: the LSN of its row in each partition, empty where the commit did not get so far as to tell. */
    private record Commit(long number, Map<Integer, Long> lsns, Set<Integer> partitions, End end) {}

    /** Commits, and returns the LSN of the row in each partition. */
    private interface Committer {
        Map<Integer, Long> commit(long number);
    }

    private final Random random;
    private final Durability durability;
    private final Tally tally = new Tally();
    private MemoryStorage storage = new MemoryStorage();

    /** Commits in the order in which they were made, without those that are known to be lost. */
    private List<Commit> commits = new ArrayList<>();

    private long nextCommit;
    private long nextTransaction;

    /** Commits below this number are forced. */
    private long forced;

    /** Per partition, the last LSN that is forced, and what the last checkpoint that succeeded covers. */
    private final long[] forcedLsns = new long[Logs.PARTITIONS];

    private final long[] checkpointLsns = new long[Logs.PARTITIONS];

    /** Per partition, what the last checkpoint that was tried may cover. */
    private final long[] mostCheckpointLsns = new long[Logs.PARTITIONS];

    RandomWorkload(long seed, Durability durability) {
        this.random = new Random(seed * 31 + durability.toString().hashCode());
        this.durability = durability;
        Arrays.fill(forcedLsns, -1);
        Arrays.fill(checkpointLsns, -1);
        Arrays.fill(mostCheckpointLsns, -1);
    }

    Tally tally() {
        return tally;
    }

    void run() {
        for (int round = 0; round < ROUNDS; round++) {
            if (random.nextInt(3) > 0) {
                failAtRandomCall();
            }
            work();
            boolean powerCut = random.nextBoolean();
            MemoryStorage crashed = powerCut ? storage.powerCut(random) : storage.kill();
            tally.powerCuts += powerCut ? 1 : 0;
            tally.kills += powerCut ? 0 : 1;
            storage = crashed;
            verify(powerCut);
        }
    }

    /** From a random call on, nothing reaches the storage any more. */
    private void failAtRandomCall() {
        storage.failFrom(1 + random.nextInt(150), call -> true);
    }

    private void work() {
        WalManager wal;
        try {
            wal = WalManager.open(Logs.options(storage).durability(durability).build());
        } catch (WalException cut) {
            tally.cutsInsideACall++;
            return;
        }
        boolean closed = false;
        try {
            int operations = random.nextInt(MOST_OPERATIONS);
            for (int i = 0; i < operations; i++) {
                operate(wal);
            }
            closed = random.nextInt(4) == 0;
        } catch (CutOff cut) {
            tally.cutsInsideACall++;
        }
        if (closed) {
            wal.close();
            if (wal.status().durableMark() == wal.status().position()) {
                forced = nextCommit;
            }
            noteForced(wal);
        } else {
            noteForced(wal);
            MemoryStorage crashed = storage.kill();
            wal.close();
            storage = crashed;
        }
    }

    /** Thrown when the log has failed, as it does once the storage is cut off. */
    private static final class CutOff extends RuntimeException {
        private static final long serialVersionUID = 1;

        private CutOff(Throwable cause) {
            super(cause);
        }
    }

    private void operate(WalManager wal) {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> commitTransaction(wal);
            case 4, 5 -> commitCallerTransaction(wal);
            case 6 -> commitBatch(wal);
            case 7 -> rollBack(wal);
            case 8 -> checkpoint(wal);
            default -> sync(wal);
        }
    }

    private Row row(long number) {
        // Now and then large, so that segments fill.
        return Row.of(Value.of(number), Value.of(new byte[random.nextInt(4) == 0 ? 3000 : 20]));
    }

    private List<Integer> somePartitions() {
        List<Integer> partitions = new ArrayList<>();
        for (int i = 0; i < Logs.PARTITIONS; i++) {
            if (random.nextInt(3) == 0) {
                partitions.add(i);
            }
        }
        return partitions.isEmpty() ? List.of(random.nextInt(Logs.PARTITIONS)) : partitions;
    }

    private void commitTransaction(WalManager wal) {
        List<Integer> partitions = somePartitions();
        commit(partitions, number -> {
            try (WalTransaction transaction = wal.begin()) {
                partitions.forEach(partition -> transaction.insert(Logs.TABLE, partition, number, row(number)));
                // Of each partition a Begin, the row, and a Commit.
                return transaction.commit().ranges().stream()
                        .collect(Collectors.toMap(LsnRange::partition, range -> range.first() + 1));
            }
        });
    }

    private void commitCallerTransaction(WalManager wal) {
        int partition = random.nextInt(Logs.PARTITIONS);
        long id = nextTransaction++;
        commit(List.of(partition), number -> {
            wal.logBegin(partition, id, 0);
            long lsn = wal.logInsert(id, Logs.TABLE, partition, number, row(number));
            wal.logCommit(partition, id, number);
            return Map.of(partition, lsn);
        });
    }

    private void commitBatch(WalManager wal) {
        int partition = random.nextInt(Logs.PARTITIONS);
        commit(List.of(partition), number -> {
            WalRecord alone = new WalRecord.Begin(nextTransaction, partition, 0);
            WalRecord row = new WalRecord.Insert(nextTransaction, Logs.TABLE, partition, number, row(number));
            WalRecord commit = new WalRecord.Commit(nextTransaction++, partition, number);
            return Map.of(
                    partition,
                    wal.batchAppend(partition, List.of(alone, row, commit)).first() + 1);
        });
    }

    private void commit(List<Integer> partitions, Committer committer) {
        long number = nextCommit++;
        try {
            Map<Integer, Long> lsns = committer.commit(number);
            commits.add(new Commit(number, lsns, Set.copyOf(partitions), End.ACKNOWLEDGED));
            tally.commits++;
            if (durability.forcesBeforeCommitReturns()) {
                forced = nextCommit;
            }
        } catch (WalException e) {
            End end = e instanceof CommitUnknownException ? End.UNKNOWN : End.REFUSED;
            commits.add(new Commit(number, Map.of(), Set.copyOf(partitions), end));
            throw new CutOff(e);
        }
    }

    private void rollBack(WalManager wal) {
        int partition = random.nextInt(Logs.PARTITIONS);
        long id = nextTransaction++;
        cutOff(() -> {
            wal.logBegin(partition, id, 0);
            wal.logInsert(id, Logs.TABLE, partition, -1, row(-1));
            if (random.nextBoolean()) {
                wal.logRollback(partition, id);
            } else {
                // Left open, and discarded at the end of the round or by the next Begin of its id.
                nextTransaction--;
            }
        });
    }

    private void checkpoint(WalManager wal) {
        int partition = random.nextInt(Logs.PARTITIONS);
        boolean all = random.nextBoolean();
        wal.status().partitions().stream()
                .filter(status -> all || status.partition() == partition)
                .forEach(status -> mostCheckpointLsns[status.partition()] = status.appendedLsn() + 1);
        cutOff(() -> {
            CheckpointReport report = all ? wal.checkpointAll() : wal.checkpoint(partition);
            tally.checkpoints++;
            tally.droppedSegments += report.segmentsDropped();
            forced = nextCommit;
            report.partitions().forEach(done -> checkpointLsns[done.partition()] = done.lsn());
        });
    }

    private void sync(WalManager wal) {
        cutOff(() -> {
            wal.sync();
            forced = nextCommit;
        });
    }

    private static void cutOff(Runnable action) {
        try {
            action.run();
        } catch (WalException e) {
            throw new CutOff(e);
        }
    }

    private void noteForced(WalManager wal) {
        for (WalStatus.Partition partition : wal.status().partitions()) {
            forcedLsns[partition.partition()] = Math.max(forcedLsns[partition.partition()], partition.durableLsn());
        }
    }

    // What must hold after a crash.

    private void verify(boolean powerCut) {
        List<WalChange> found;
        try (WalManager wal = Logs.open(storage)) {
            tally.tornTails += wal.recoveryReport().verdict() == TailVerdict.TORN ? 1 : 0;
            found = Logs.replay(wal);
            wal.status().partitions().forEach(this::verify);
        }
        commits = verifyCommits(found, powerCut);
        forced = nextCommit;
        try (WalManager again = Logs.open(storage)) {
            assertThat(Logs.replay(again)).as("opened again").isEqualTo(found);
            noteForced(again);
        }
    }

    private void verify(WalStatus.Partition status) {
        int partition = status.partition();
        assertThat(status.appendedLsn())
                .as("last LSN of partition %d", partition)
                .isGreaterThanOrEqualTo(forcedLsns[partition]);
        assertThat(status.checkpointLsn())
                .as("checkpoint of partition %d", partition)
                .isBetween(
                        checkpointLsns[partition], Math.max(checkpointLsns[partition], mostCheckpointLsns[partition]));
        checkpointLsns[partition] = status.checkpointLsn();
    }

    /** Checks that commits are whole, in order, and a prefix that contains what was promised; returns those that were found. */
    private List<Commit> verifyCommits(List<WalChange> found, boolean powerCut) {
        Map<Long, Map<Integer, Long>> foundCommits = foundCommits(found);
        List<Commit> kept = new ArrayList<>();
        Commit missing = null;
        for (Commit commit : commits) {
            Map<Integer, Long> lsns = foundCommits.remove(commit.number());
            if (lsns != null) {
                assertThat(commit.end())
                        .as("end of %s, which was found", commit)
                        .isNotEqualTo(End.REFUSED);
                assertThat(missing).as("missing, though there is %s", commit).isNull();
                verifyWhole(commit, lsns);
                kept.add(new Commit(commit.number(), lsns, lsns.keySet(), End.ACKNOWLEDGED));
            } else if (!visible(commit).isEmpty() && commit.end() != End.REFUSED) {
                boolean promised = commit.end() == End.ACKNOWLEDGED && (commit.number() < forced || !powerCut);
                assertThat(promised)
                        .as("promised: %s, which is missing", commit)
                        .isFalse();
                missing = commit;
                tally.lostUnacknowledged++;
            }
        }
        assertThat(foundCommits).as("commits that were never made").isEmpty();
        return kept;
    }

    private void verifyWhole(Commit commit, Map<Integer, Long> lsns) {
        if (commit.end() == End.ACKNOWLEDGED) {
            assertThat(lsns).as("rows of %s", commit).isEqualTo(visible(commit));
        } else {
            assertThat(lsns.keySet()).as("partitions of %s", commit).isEqualTo(commit.partitions());
        }
    }

    /** The rows of a commit that no checkpoint covers; where nothing is known of its LSNs, none does. */
    private Map<Integer, Long> visible(Commit commit) {
        if (commit.end() == End.UNKNOWN) {
            return Map.of(-1, -1L);
        }
        return commit.lsns().entrySet().stream()
                .filter(row -> row.getValue() >= checkpointLsns[row.getKey()])
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Map<Long, Map<Integer, Long>> foundCommits(List<WalChange> found) {
        Map<Long, Map<Integer, Long>> commits = new LinkedHashMap<>();
        for (WalChange change : found) {
            assertThat(change.rowId()).as("row of %s", change).isNotNegative();
            Long earlier = commits.computeIfAbsent(change.rowId(), key -> new HashMap<>())
                    .put(change.partition(), change.lsn());
            assertThat(earlier).as("found twice: %s", change).isNull();
        }
        assertThat(commits.keySet().stream().toList()).as("order of commits").isSorted();
        return commits;
    }
}
