package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.Durability;
import dev.wal.record.WalRecord;
import dev.wal.recovery.RecoveryTarget;
import dev.wal.storage.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Interrupts close no file, fail no call, end no wait, and are kept: every call, every level, real files. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptsTest {
    private static final int THREADS = 3;

    /** How often each thread makes each call. */
    private static final int TIMES = 3;

    private final ReentrantLock noCheckpointMeanwhile = new ReentrantLock();

    @TempDir
    private Path directory;

    private static Stream<Durability> levels() {
        return Stream.of(
                Durability.synchronous(),
                Durability.groupCommit(),
                Durability.periodic(Duration.ofMillis(5)),
                Durability.noSync());
    }

    /** The log that all calls are made on; calls that need a log of their own make it beside. */
    private Path log() {
        return directory.resolve("log");
    }

    private WalManager open(Durability durability) {
        return open(log(), durability);
    }

    private static WalManager open(Path log, Durability durability) {
        return WalManager.open(Logs.options(Storage.of(log))
                .durability(durability)
                .maxTransactionSize(1024)
                .inDoubtResolver(transaction -> InDoubtResolver.Decision.COMMIT)
                .build());
    }

    /** Every call that may wait or use a file, each of which commits the row that it is given, if any. */
    private Map<String, Call> calls() {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("commit", (wal, row) -> Logs.commitRow(wal, 0, row));
        calls.put(
                "commit over partitions, with a savepoint",
                (wal, row) -> inTransaction(wal, transaction -> {
                    transaction.insert(Logs.TABLE, 0, row, Logs.row(row));
                    WalTransaction.Savepoint savepoint = transaction.savepoint();
                    transaction.update(Logs.TABLE, 1, row, null, Logs.row(row));
                    transaction.rollbackTo(savepoint);
                    transaction.commit();
                }));
        calls.put(
                "commit of a transaction that spilled",
                (wal, row) -> inTransaction(wal, transaction -> {
                    WalTransaction.Savepoint savepoint = transaction.savepoint();
                    transaction.insert(Logs.TABLE, 2, -1, Logs.large(1100));
                    transaction.rollbackTo(savepoint);
                    transaction.insert(Logs.TABLE, 2, row, Logs.large(1100));
                    transaction.commit();
                }));
        calls.put(
                "commit of a transaction that was prepared",
                (wal, row) -> inTransaction(wal, transaction -> {
                    transaction.insert(Logs.TABLE, 3, row, Logs.row(row));
                    transaction.prepare();
                    transaction.commit();
                }));
        calls.put(
                "commitAsync",
                (wal, row) -> inTransaction(wal, transaction -> {
                    transaction.insert(Logs.TABLE, 0, row, Logs.row(row));
                    transaction.commitAsync();
                }));
        calls.put("logInsert", (wal, row) -> wal.logInsert(Logs.TABLE, 3, row, Logs.row(row)));
        calls.put("logInsert, logUpdate and logDelete in a transaction", (wal, row) -> {
            wal.logBegin(1, row, 0);
            wal.logInsert(row, Logs.TABLE, 1, row, Logs.row(row));
            wal.logCommit(1, row, 0);
            wal.logBegin(1, row, 0);
            wal.logUpdate(row, Logs.TABLE, 1, -1, null, Logs.row(row));
            wal.logDelete(row, Logs.TABLE, 1, -1, null, 1);
            wal.logRollback(1, row);
        });
        calls.put(
                "batchAppend",
                (wal, row) -> wal.batchAppend(
                        2, List.of(new WalRecord.Insert(WalRecord.NO_TRANSACTION, Logs.TABLE, 2, row, Logs.row(row)))));
        calls.put("rollback", (wal, row) -> {
            inTransaction(wal, transaction -> {
                transaction.insert(Logs.TABLE, 0, -1, Logs.large(1100));
                transaction.rollback();
            });
            Logs.commitRow(wal, 0, row);
        });
        calls.put("sync", (wal, row) -> {
            Logs.commitRow(wal, 0, row);
            wal.sync();
        });
        calls.put("resolve", (wal, row) -> {
            long id = prepare(wal, row);
            wal.resolve(id, InDoubtResolver.Decision.COMMIT);
        });
        calls.put("checkpoint", (wal, row) -> {
            Logs.commitRow(wal, 0, row);
            alone(() -> wal.checkpoint(0));
        });
        calls.put("checkpointAll", (wal, row) -> {
            Logs.commitRow(wal, 0, row);
            alone(wal::checkpointAll);
        });
        calls.put(
                "cursor",
                (wal, row) -> alone(() -> {
                    CommitReceipt receipt = Logs.commitRow(wal, 0, row);
                    try (WalCursor byPosition = wal.cursor(receipt.position());
                            WalCursor byLsn =
                                    wal.cursor(0, receipt.ranges().get(0).first())) {
                        assertThat(byPosition.next()).isPresent();
                        assertThat(byLsn.next()).isPresent();
                    }
                }));
        calls.put(
                "tail, poll, acknowledge and removeConsumer",
                (wal, row) -> alone(() -> {
                    String consumer = "consumer-" + row;
                    try (WalTailer tailer = wal.tail(consumer, wal.status().position())) {
                        Logs.commitRow(wal, 0, row);
                        wal.sync();
                        poll(tailer, row);
                        tailer.acknowledge();
                    }
                    assertThat(wal.consumers()).extracting(WalConsumer::id).contains(consumer);
                    wal.removeConsumer(consumer);
                }));
        calls.put("backup", (wal, row) -> {
            Logs.commitRow(wal, 0, row);
            Path target = directory.resolve("backup-" + row);
            wal.backup(target);
            assertThat(rowsIn(target)).contains(row);
        });
        calls.put("open, attach and close", (wal, row) -> {
            Path own = directory.resolve("own-" + row);
            commitInLogOfItsOwn(own, wal.options().durability(), row);
            assertThat(rowsIn(own)).containsExactly(row);
            Logs.commitRow(wal, 0, row);
        });
        calls.put("recoverTo", (wal, row) -> {
            Path own = directory.resolve("source-" + row);
            Path target = directory.resolve("recovered-" + row);
            commitInLogOfItsOwn(own, wal.options().durability(), row);
            WalRecovery.recoverTo(own, target, RecoveryTarget.position(Long.MAX_VALUE));
            assertThat(rowsIn(target)).containsExactly(row);
            Logs.commitRow(wal, 0, row);
        });
        calls.put("replay, recover and status", (wal, row) -> {
            Logs.commitRow(wal, 0, row);
            wal.replay(change -> {});
            wal.recover();
            wal.status();
            wal.inDoubt();
        });
        return calls;
    }

    /** A checkpoint may drop what others want to read, and is refused beside another one. */
    private void alone(Runnable action) {
        noCheckpointMeanwhile.lock();
        try {
            action.run();
        } finally {
            noCheckpointMeanwhile.unlock();
        }
    }

    /** Leaves a transaction in doubt. */
    private static long prepare(WalManager wal, long row) {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(Logs.TABLE, 3, row, Logs.row(row));
            transaction.prepare();
            return transaction.id();
        }
    }

    /** Polls until a row comes; all that was committed before is durable. */
    private static void poll(WalTailer tailer, long row) {
        boolean[] found = new boolean[1];
        while (!found[0]) {
            assertThat(tailer.poll(Duration.ofSeconds(10), change -> found[0] |= change.rowId() == row))
                    .isTrue();
        }
    }

    /** Opens a log for the first and for the second time. */
    private static void commitInLogOfItsOwn(Path log, Durability durability, long row) {
        open(log, durability).close();
        try (WalManager own = open(log, durability)) {
            Logs.commitRow(own, 0, row);
        }
    }

    /** Opens a log, and restores a state from it. */
    private static Set<Long> rowsIn(Path log) {
        try (WalManager wal = Logs.open(Storage.of(log))) {
            return RowsState.of(wal).rows().keySet();
        }
    }

    @FunctionalInterface
    private interface Call {
        void commit(WalManager wal, long row);
    }

    private static void inTransaction(WalManager wal, Consumer<WalTransaction> work) {
        try (WalTransaction transaction = wal.begin()) {
            work.accept(transaction);
        }
    }

    @ParameterizedTest
    @MethodSource("levels")
    void anInterruptBeforeAnyCallIsKeptAndHarmless(Durability durability) {
        List<String> lost = Background.call(() -> {
                    List<String> lostIn = new ArrayList<>();
                    Thread.currentThread().interrupt();
                    WalManager wal = open(durability);
                    checkKept("open", lostIn);
                    RowsState.of(wal);
                    checkKept("attach", lostIn);
                    long row = 0;
                    for (Map.Entry<String, Call> call : calls().entrySet()) {
                        call.getValue().commit(wal, row++);
                        checkKept(call.getKey(), lostIn);
                    }
                    wal.close();
                    checkKept("close", lostIn);
                    return lostIn;
                })
                .result();

        assertThat(lost).isEmpty();
        assertThat(rowsIn(log()))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, calls().size()).boxed().toList());
    }

    private static void checkKept(String call, List<String> lostIn) {
        if (!Thread.currentThread().isInterrupted()) {
            lostIn.add(call);
            Thread.currentThread().interrupt();
        }
    }

    /** Each thread is interrupted once in each of its rounds, at any moment of its call. */
    @ParameterizedTest
    @MethodSource("levels")
    void interruptsAtAnyMomentOfAnyCallAreKeptAndHarmless(Durability durability) {
        try (WalManager wal = open(durability)) {
            RowsState.of(wal);
            List<Call> calls = List.copyOf(calls().values());
            int rounds = TIMES * calls.size();
            List<Interrupted> workers = LongStream.range(0, THREADS)
                    .mapToObj(thread -> new Interrupted(wal, calls, thread * rounds))
                    .toList();
            Random random = new Random(17);
            while (workers.stream().anyMatch(worker -> worker.interruptIfDue(random))) {
                Thread.onSpinWait();
            }
            workers.forEach(worker -> worker.running.result());
            assertThat(workers).extracting(worker -> worker.lost).containsOnly(0);
            assertThat(wal.status().state()).isEqualTo(WalStatus.State.OPEN);
        }
        assertThat(rowsIn(log()))
                .containsExactlyInAnyOrderElementsOf(LongStream.range(0, THREADS * TIMES * calls().size())
                        .boxed()
                        .toList());
    }

    /** A thread that goes on to the next round only when it has been interrupted in this one. */
    private static final class Interrupted {
        /** Pauses are of all magnitudes, as calls are. */
        private static final int MAGNITUDES = 20;

        private final Background<Void> running;
        private volatile int round;
        private volatile int sent;
        private int lost;

        private Interrupted(WalManager wal, List<Call> calls, long firstRow) {
            running = Background.run(() -> {
                for (int i = 0; i < TIMES * calls.size(); i++) {
                    round = i + 1;
                    calls.get(i % calls.size()).commit(wal, firstRow + i);
                    while (sent < i + 1) {
                        Thread.onSpinWait();
                    }
                    if (!Thread.interrupted()) {
                        lost++;
                    }
                }
            });
        }

        /** False once the thread has ended. */
        private boolean interruptIfDue(Random random) {
            if (sent < round) {
                for (int pause = random.nextInt(1 << random.nextInt(MAGNITUDES)); pause > 0; pause--) {
                    Thread.onSpinWait();
                }
                running.thread().interrupt();
                sent++;
            }
            return !running.isDone();
        }
    }
}
