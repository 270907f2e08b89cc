package dev.wal;

import static dev.wal.Logs.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.Durability;
import dev.wal.common.WalLimitException;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.storage.Hold;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.MemoryStorage.Op;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is too large is refused before anything is written, and memory stays bounded. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LimitsTest {
    private static final int LARGE_SEGMENT = 4 << 20;

    private final MemoryStorage storage = new MemoryStorage();

    private WalManager open(int segmentSize) {
        return WalManager.open(Logs.options(storage).segmentSize(segmentSize).build());
    }

    /** One way to write a row of so many bytes. */
    private interface Way {
        void write(WalManager wal, String table, int bytes);
    }

    private static final Map<String, Way> WAYS = Map.of(
            "logInsert", (wal, table, bytes) -> wal.logInsert(table, 1, 7, Logs.large(bytes)),
            "batchAppend",
                    (wal, table, bytes) -> wal.batchAppend(
                            1,
                            List.of(
                                    new WalRecord.Insert(table, 1, 6, Logs.row(1)),
                                    new WalRecord.Insert(table, 1, 7, Logs.large(bytes)))),
            "transaction",
                    (wal, table, bytes) -> {
                        try (WalTransaction transaction = wal.begin()) {
                            transaction.insert(table, 1, 7, Logs.large(bytes));
                            transaction.commit();
                        }
                    });

    /** The most bytes that are taken, each try in a log of its own. */
    private static int largest(Way way, String table, int segmentSize) {
        int taken = 0;
        int refused = segmentSize;
        while (taken + 1 < refused) {
            int bytes = (taken + refused) / 2;
            if (isTaken(way, table, bytes, segmentSize)) {
                taken = bytes;
            } else {
                refused = bytes;
            }
        }
        return taken;
    }

    private static boolean isTaken(Way way, String table, int bytes, int segmentSize) {
        MemoryStorage storage = new MemoryStorage();
        WalOptions options = Logs.options(storage).segmentSize(segmentSize).build();
        try (WalManager wal = WalManager.open(options)) {
            way.write(wal, table, bytes);
            return true;
        } catch (WalLimitException tooLarge) {
            return false;
        }
    }

    private Map<String, ByteBuffer> files() {
        return storage.list().stream()
                .collect(Collectors.toMap(name -> name, name -> ByteBuffer.wrap(storage.bytes(name))));
    }

    @ParameterizedTest
    @CsvSource({
        "logInsert, 16384, 1",
        "logInsert, 16384, 5000",
        "logInsert, 131072, 65535",
        "logInsert, 4194304, 1",
        "batchAppend, 16384, 1",
        "batchAppend, 131072, 20000",
        "batchAppend, 4194304, 1",
        "transaction, 16384, 1",
        "transaction, 131072, 65535",
        "transaction, 4194304, 1"
    })
    void theLargestThatFitsComesBackAndOneByteMoreIsRefusedBeforeAnythingIsWritten(
            String how, int segmentSize, int tableBytes) {
        Way way = WAYS.get(how);
        String table = "t".repeat(tableBytes);
        int largest = largest(way, table, segmentSize);
        assertThat(largest).isGreaterThan(segmentSize - 4096 - 2 * tableBytes - 2048);

        WalOptions options = Logs.options(storage).segmentSize(segmentSize).build();
        // Nothing happens by itself in this log, so that what changes was changed by the call.
        try (WalManager wal = WalManager.open(options, () -> 1, name -> new DrivenThreads())) {
            Logs.commitRow(wal, 1, 1);
            WalStatus before = wal.status();
            Map<String, ByteBuffer> filesBefore = files();
            assertThatThrownBy(() -> way.write(wal, table, largest + 1))
                    .isInstanceOf(WalLimitException.class)
                    .hasMessageContaining("bytes");
            assertThat(wal.status()).isEqualTo(before);
            assertThat(before.state()).isEqualTo(WalStatus.State.OPEN);
            wal.sync();
            assertThat(wal.status().position()).isEqualTo(before.position());
            assertThat(files()).as("files").isEqualTo(filesBefore);

            way.write(wal, table, largest);
            way.write(wal, table, largest);
            Logs.commitRow(wal, 1, 2);
        }
        try (WalManager wal = open(segmentSize)) {
            List<WalChange> rows = Logs.replay(wal).stream()
                    .filter(change -> change.rowId() == 7)
                    .toList();
            assertThat(rows)
                    .hasSize(2)
                    .allSatisfy(change -> assertThat(change.record())
                            .isEqualTo(new WalRecord.Insert(
                                    change.record().transactionId(), table, 1, 7, Logs.large(largest))));
        }
    }

    @Test
    void theMessageNamesSizeAndLimit() {
        try (WalManager wal = open(Logs.SEGMENT_SIZE)) {
            assertThatThrownBy(() -> wal.logInsert(TABLE, 0, 1, Logs.large(Logs.SEGMENT_SIZE)))
                    .isInstanceOf(WalLimitException.class)
                    .hasMessageContaining("larger than a segment takes (11280 bytes of 16384)")
                    .hasMessageContaining("Nothing of it was written");
        }
    }

    @Test
    void aSmallerSegmentSizeCountsAtOnceWhateverRoomTheCurrentSegmentHas() {
        open(LARGE_SEGMENT).close();
        try (WalManager wal = open(Logs.SEGMENT_SIZE)) {
            assertThatThrownBy(() -> wal.logInsert(TABLE, 0, 1, Logs.large(Logs.SEGMENT_SIZE)))
                    .isInstanceOf(WalLimitException.class);
        }
    }

    @Test
    void aLargerSegmentSizeCountsAlsoWhereSmallSegmentsAreMadeAlready() {
        try (WalManager wal = open(Logs.SEGMENT_SIZE)) {
            Logs.commitRow(wal, 0, 1);
        }
        try (WalManager wal = open(LARGE_SEGMENT)) {
            wal.logInsert(TABLE, 0, 2, Logs.large(LARGE_SEGMENT / 2));
        }
        assertThat(Logs.rowsIn(storage)).containsExactly(1L, 2L);
    }

    @Test
    void aTransactionMayTouchEveryPartitionThereCanBe() {
        int partitions = WalRecord.MAX_PARTITIONS;
        WalOptions options = Logs.options(storage)
                .partitions(partitions)
                .segmentSize(16 << 20)
                .maxTransactionSize(16 << 20)
                .build();
        try (WalManager wal = WalManager.open(options);
                WalTransaction transaction = wal.begin()) {
            for (int partition = 0; partition < partitions; partition++) {
                transaction.insert(TABLE, partition, partition, Logs.row(partition));
            }
            assertThat(transaction.commit().ranges()).hasSize(partitions);
        }
        try (WalManager wal = WalManager.open(options)) {
            List<Long> rows = Logs.replayedRows(wal);
            assertThat(rows).hasSize(partitions);
            assertThat(rows.get(partitions - 1)).isEqualTo(partitions - 1);
        }
    }

    @Test
    void aTransactionRolledBackToASavepointFindsItsPartitionsAgain() {
        WalOptions options = Logs.options(storage).partitions(100).build();
        try (WalManager wal = WalManager.open(options);
                WalTransaction transaction = wal.begin()) {
            for (int partition = 0; partition < 30; partition++) {
                transaction.insert(TABLE, partition, partition, Logs.row(partition));
            }
            WalTransaction.Savepoint savepoint = transaction.savepoint();
            for (int partition = 30; partition < 60; partition++) {
                transaction.insert(TABLE, partition, partition, Logs.row(partition));
            }
            transaction.rollbackTo(savepoint);
            for (int partition = 59; partition >= 20; partition--) {
                transaction.insert(TABLE, partition, 100 + partition, Logs.row(partition));
            }
            assertThat(transaction.commit().ranges()).hasSize(60);

            assertThat(Logs.replayedRows(wal))
                    .startsWith(0L, 1L)
                    .endsWith(121L, 120L)
                    .hasSize(70)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void whoCommitsWithoutWaitingIsHeldOnceTooManyOutcomesAreAwaited() {
        int window = 16 * 1024;
        AtomicInteger begun = new AtomicInteger();
        List<CompletableFuture<CommitReceipt>> futures = new ArrayList<>();
        WalOptions options = Logs.options(storage)
                .segmentSize(LARGE_SEGMENT)
                .durability(Durability.groupCommit())
                .build();
        try (WalManager wal = WalManager.open(options);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            Background<Void> committer = Background.run(() -> {
                for (int i = 0; i <= window; i++) {
                    WalTransaction transaction = wal.begin();
                    transaction.insert("t", 0, i, Logs.row(i));
                    begun.incrementAndGet();
                    futures.add(transaction.commitAsync());
                }
            });
            hold.awaitArrivals(1);
            committer.awaitParkedFor(() -> begun.get() > window);
            assertThat(committer.isDone()).isFalse();

            hold.release();
            committer.result();
            futures.forEach(CompletableFuture::join);
        }
        assertThat(futures).hasSize(window + 1);
    }

    @Test
    void appendsThatNobodyWaitsForAreHeldOnceTheBuffersAreFull() {
        WalOptions options = Logs.options(storage).segmentSize(16 << 20).build();
        try (WalManager wal = WalManager.open(options)) {
            long before = wal.status().position();
            wal.logBegin(0, 1, 0);
            try (Hold hold =
                    storage.hold(call -> call.is(Op.WRITE) && call.file().endsWith(".wal"))) {
                Background<Void> writer = Background.run(() -> {
                    for (int i = 0; i < 80; i++) {
                        wal.logInsert(1, TABLE, 0, i, Logs.large(100_000));
                    }
                });
                hold.awaitArrivals(1);
                writer.awaitParkedOrDone();
                assertThat(writer.isDone()).isFalse();
                // One buffer is being written, or about to be, and the other is full.
                assertThat(wal.status().position() - before).isLessThanOrEqualTo(2 << 20);

                hold.release();
                writer.result();
            }
        }
    }
}
