package dev.wal.proof;

import dev.wal.AutomaticCheckpoints;
import dev.wal.CheckpointSchedule;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.common.WalException;
import dev.wal.recovery.RecoveryReport;
import dev.wal.state.Serializers;
import dev.wal.state.TableMap;
import dev.wal.state.WalStates;
import dev.wal.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens a log, tells what is in it, and commits in several threads until the log ends. */
final class Writer implements Runnable {
    static final int THREADS = 3;
    static final int MAX_TRANSACTION_SIZE = 4 << 10;
    private static final int SEGMENT_SIZE = 32 << 10;

    private final Path directory;
    private final Run run;
    private final Gate gate;
    private final Report report;
    private final BoundTransactions bound = new BoundTransactions();
    private final TableMap<Long, String> map = TableMap.builder(
                    "map", Serializers.longs(), Serializers.strings(), bound)
            .build();
    private final Journal journal = new Journal();

    Writer(Path directory, Run run, Gate gate) {
        this.directory = directory;
        this.run = run;
        this.gate = gate;
        this.report = gate.report();
    }

    @Override
    public void run() {
        try (WalManager wal = open()) {
            write(wal);
        } catch (WalException e) {
            report.notOpened(e);
        } catch (InterruptedException | RuntimeException | Error e) {
            report.error("writer", e);
        }
        report.ended();
    }

    private WalManager open() {
        WalManager wal = WalManager.open(WalOptions.builder(directory)
                .storage(new AnnouncingStorage(Storage.of(directory), gate, run.lies()))
                .partitions(Plan.PARTITIONS)
                .durability(run.level().durability())
                .segmentSize(SEGMENT_SIZE)
                .maxTransactionSize(MAX_TRANSACTION_SIZE)
                .observer(gate)
                .build());
        WalStates.attach(wal, List.of(map, journal));
        gate.opened();
        tell(wal.recoveryReport());
        return wal;
    }

    private void tell(RecoveryReport recovery) {
        State state = new State();
        map.copy().forEach(state::add);
        for (int i = 0; i < Plan.PARTITIONS; i++) {
            int partition = i;
            journal.strands(i).forEach((thread, strand) -> state.add(partition, thread, strand));
        }
        state.lines().forEach(report::state);
        report.opened(recovery.verdict().name(), recovery.bytesCut());
    }

    private void write(WalManager wal) throws InterruptedException {
        new AutomaticCheckpoints(wal, CheckpointSchedule.never().withMaxLogSize(CheckpointSchedule.MIN_LOG_SIZE))
                .start();
        Committer.OpenLog log = new Committer.OpenLog(wal, map, bound);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(new Committer(log, run, gate, i, journal.last(i)), "committer-" + i));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
