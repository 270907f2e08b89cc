package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.Durability;
import dev.wal.record.WalRecord;
import dev.wal.storage.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
    private static final int ROUNDS = 200;

    @TempDir
    private Path directory;

    private static Stream<Durability> levels() {
        return Stream.of(
                Durability.synchronous(),
                Durability.groupCommit(),
                Durability.periodic(Duration.ofMillis(5)),
                Durability.noSync());
    }

    private WalManager open(Durability durability) {
        return WalManager.open(Logs.options(Storage.of(directory))
                .durability(durability)
                .maxTransactionSize(1024)
                .inDoubtResolver(transaction -> InDoubtResolver.Decision.COMMIT)
                .build());
    }

    /** Every call that may wait or use a file, each of which commits the row that it is given, if any. */
    private static Map<String, Call> calls() {
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
        calls.put("replay, recover and status", (wal, row) -> {
            Logs.commitRow(wal, 0, row);
            wal.replay(change -> {});
            wal.recover();
            wal.status();
            wal.inDoubt();
        });
        return calls;
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
        assertThat(Logs.rowsIn(Storage.of(directory)))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, calls().size()).boxed().toList());
    }

    @ParameterizedTest
    @MethodSource("levels")
    void anInterruptBeforeACheckpointIsKeptAndHarmless(Durability durability) {
        List<String> lost = Background.call(() -> {
                    List<String> lostIn = new ArrayList<>();
                    try (WalManager wal = open(durability)) {
                        Logs.commitRow(wal, 0, 1);
                        Thread.currentThread().interrupt();
                        wal.checkpoint(0);
                        checkKept("checkpoint", lostIn);
                        Logs.commitRow(wal, 1, 2);
                        wal.checkpointAll();
                        checkKept("checkpointAll", lostIn);
                        Logs.commitRow(wal, 1, 3);
                    }
                    return lostIn;
                })
                .result();

        assertThat(lost).isEmpty();
        assertThat(Logs.rowsIn(Storage.of(directory))).containsExactly(3L);
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
    void thousandsOfInterruptsAtAnyMomentOfAnyCallAreKeptAndHarmless(Durability durability) {
        try (WalManager wal = open(durability)) {
            List<Interrupted> workers = LongStream.range(0, THREADS)
                    .mapToObj(thread -> new Interrupted(wal, thread * ROUNDS))
                    .toList();
            Random random = new Random(17);
            while (workers.stream().anyMatch(worker -> worker.interruptIfDue(random))) {
                Thread.onSpinWait();
            }
            workers.forEach(worker -> worker.running.result());
            assertThat(workers).extracting(worker -> worker.lost).containsOnly(0);
            assertThat(wal.status().state()).isEqualTo(WalStatus.State.OPEN);
        }
        assertThat(Logs.rowsIn(Storage.of(directory)))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, THREADS * ROUNDS).boxed().toList());
    }

    /** A thread that goes on to the next round only when it has been interrupted in this one. */
    private static final class Interrupted {
        private static final int LONGEST_PAUSE = 20_000;

        private final Background<Void> running;
        private volatile int round;
        private volatile int sent;
        private int lost;

        private Interrupted(WalManager wal, long firstRow) {
            List<Call> calls = List.copyOf(calls().values());
            running = Background.run(() -> {
                for (int i = 0; i < ROUNDS; i++) {
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
                for (int pause = random.nextInt(LONGEST_PAUSE); pause > 0; pause--) {
                    Thread.onSpinWait();
                }
                running.thread().interrupt();
                sent++;
            }
            return !running.isDone();
        }
    }
}
