package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.LogBytes.FrameAt;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.common.Durability;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalSpaceException;
import dev.wal.segment.FrameFormat;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Crashes and damages that need several things to come together, each of them once by name. */
class CrashCasesTest {
    private static final int INCARNATION_OFFSET = 32;

    private final MemoryStorage storage = new MemoryStorage();
    private final DrivenThreads threads = new DrivenThreads();
    private final AtomicLong nanos = new AtomicLong(1);

    private WalManager open(MemoryStorage where, Durability durability) {
        return open(where, Logs.options(where).durability(durability));
    }

    private WalManager open(MemoryStorage where, RecoveryMode mode) {
        return open(where, Logs.options(where).recoveryMode(mode));
    }

    private WalManager open(MemoryStorage where, WalOptions.Builder options) {
        return WalManager.open(options.build(), nanos::get, name -> threads);
    }

    private static List<Long> rows(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private static void commitLarge(WalManager wal, long rowId) {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(Logs.TABLE, 0, rowId, Logs.large(3_000));
            transaction.insert(Logs.TABLE, 1, rowId, Logs.row(rowId));
            transaction.commit();
        }
    }

    private static List<Long> rowsOfPartition(WalManager wal, int partition) {
        return Logs.replay(wal).stream()
                .filter(change -> change.partition() == partition)
                .map(change -> change.rowId())
                .toList();
    }

    // Frames behind a hole.

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void framesBehindAHoleDoNotRiseAgainWhenNewOnesFillItExactly(int hole) {
        WalManager wal = open(storage, Durability.noSync());
        rows(0, 8).forEach(i -> Logs.commitRow(wal, 0, i));
        MemoryStorage killed = storage.kill();
        wal.close();
        List<FrameAt> batches = LogBytes.batches(killed);
        FrameAt first = batches.get(hole);
        byte[] before = killed.bytes(first.file());
        LogBytes.zero(killed, first.file(), first.offset(), first.end());

        try (WalManager cut = open(killed, Durability.noSync())) {
            assertThat(Logs.replayedRows(cut)).isEqualTo(rows(0, hole));
        }
        MemoryStorage filled = fillHole(killed, first.offset());
        // As if neither wiping what lay behind the hole, nor the zeros behind the new frame, had ever reached the disk.
        int end = last(LogBytes.frames(filled)).end();
        byte[] bytes = filled.bytes(first.file());
        System.arraycopy(before, end, bytes, end, before.length - end);
        filled.put(first.file(), bytes);

        try (WalManager again = open(filled, RecoveryMode.TOLERATE_TORN_TAIL)) {
            assertThat(Logs.replayedRows(again)).startsWith(rows(0, hole).toArray(Long[]::new));
            assertThat(Logs.replayedRows(again).stream().filter(row -> row < 100))
                    .hasSize(hole);
        }
    }

    /** Appends until a frame ends exactly where one of the frames behind the hole began. */
    private MemoryStorage fillHole(MemoryStorage cut, int hole) {
        Set<Integer> starts =
                LogBytes.frames(storage).stream().map(FrameAt::offset).collect(Collectors.toSet());
        for (int size = 0; size < 400; size++) {
            MemoryStorage copy = cut.kill();
            try (WalManager wal = open(copy, Durability.noSync())) {
                wal.logInsert(Logs.TABLE, 0, 100, Logs.large(size));
                wal.sync();
                MemoryStorage filled = copy.kill();
                int end = last(LogBytes.frames(filled)).end();
                if (end > hole && starts.contains(end)) {
                    return filled;
                }
            }
        }
        throw new AssertionError("no frame fits the hole");
    }

    @Test
    void aFrameOfAnEarlierIncarnationIsNotTheNextOneWhateverElseFits() throws IOException {
        open(storage, Durability.groupCommit()).close();
        WalManager wal = open(storage, Durability.groupCommit());
        Logs.commitRow(wal, 0, 0);
        Logs.commitRow(wal, 0, 1);
        MemoryStorage killed = storage.kill();
        wal.close();
        FrameAt batch = last(LogBytes.batches(killed));
        assertThat(Logs.rowsIn(killed.kill())).containsExactly(0L, 1L);

        ByteBuffer bytes = ByteBuffer.wrap(killed.bytes(batch.file())).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(batch.offset() + INCARNATION_OFFSET, bytes.getInt(batch.offset() + INCARNATION_OFFSET) - 1);
        long logId = new ManifestStore(killed).read().orElseThrow().logId();
        FrameFormat.putChecksum(bytes, batch.offset(), batch.entries(), new FrameFormat.HeaderChecksum(logId));
        killed.put(batch.file(), bytes.array());

        assertThat(Logs.rowsIn(killed)).containsExactly(0L);
    }

    private static FrameAt last(List<FrameAt> frames) {
        return frames.get(frames.size() - 1);
    }

    // Marks.

    @ParameterizedTest
    @EnumSource(names = "SALVAGE", mode = EnumSource.Mode.EXCLUDE)
    void damageBelowAMarkThatOnlyALaterSegmentHoldsIsCorruption(RecoveryMode mode) {
        WalManager wal = open(storage, Durability.groupCommit());
        LongStream.range(0, 5).forEach(i -> commitLarge(wal, i));
        MemoryStorage killed = storage.kill();
        wal.close();
        // The last batch of the first segment; its seal carries a mark too, and is damaged with it.
        FrameAt batch = LogBytes.batches(killed).stream()
                .filter(frame ->
                        frame.file().equals(LogBytes.usedSegments(killed).get(0)))
                .reduce((earlier, later) -> later)
                .orElseThrow();
        LogBytes.zero(killed, batch.file(), batch.offset(), Logs.SEGMENT_SIZE);
        long readable = LogBytes.batches(killed).stream()
                .filter(frame -> frame.position() < batch.position())
                .count();
        assertThat(LogBytes.frames(killed))
                .filteredOn(frame -> frame.mark() > batch.position())
                .isNotEmpty()
                .extracting(FrameAt::file)
                .doesNotContain(batch.file());

        if (mode == RecoveryMode.STOP_AT_DAMAGE) {
            try (WalManager stopped = open(killed, mode)) {
                assertThat(stopped.recoveryReport().verdict()).isEqualTo(TailVerdict.CORRUPT);
                assertThat(stopped.recoveryReport().bytesCut()).isPositive();
                assertThat(rowsOfPartition(stopped, 0)).isEqualTo(rows(0, readable));
            }
        } else {
            assertThatThrownBy(() -> open(killed, mode))
                    .isInstanceOf(WalCorruptedException.class)
                    .hasMessageContaining(batch.file());
        }
    }

    @Test
    void theLastBatchSurvivesAPowerCutBeforeItsMark() {
        WalManager wal = open(storage, Durability.groupCommit());
        for (long i = 0; i < 10; i++) {
            Logs.commitRow(wal, 0, i);
            MemoryStorage cut = storage.powerCutLosing(name -> true);
            assertThat(last(LogBytes.frames(cut)).mark())
                    .isLessThanOrEqualTo(last(LogBytes.frames(cut)).position());
            assertThat(Logs.rowsIn(cut)).isEqualTo(rows(0, i + 1));
        }
        wal.close();
    }

    @Test
    void damageToTheLastBatchIsATornWriteBeforeItsMarkAndCorruptionBehindIt() {
        WalManager wal = open(storage, Durability.groupCommit());
        Logs.commitRow(wal, 0, 0);
        Logs.commitRow(wal, 0, 1);
        MemoryStorage before = storage.kill();
        threads.flush();
        nanos.addAndGet(Duration.ofMillis(150).toNanos());
        threads.flush();
        MemoryStorage behind = storage.kill();
        wal.close();
        FrameAt batch = last(LogBytes.batches(before));
        assertThat(last(LogBytes.frames(behind)).isMark()).isTrue();

        for (MemoryStorage damaged : List.of(before, behind)) {
            LogBytes.flipBit(damaged, batch.file(), batch.payloadOffset(), 3);
        }

        try (WalManager torn = open(before, RecoveryMode.TOLERATE_TORN_TAIL)) {
            assertThat(torn.recoveryReport().verdict()).isEqualTo(TailVerdict.TORN);
            assertThat(Logs.replayedRows(torn)).isEqualTo(rows(0, 1));
        }
        assertThatThrownBy(() -> open(behind, RecoveryMode.TOLERATE_TORN_TAIL))
                .isInstanceOf(WalCorruptedException.class);
    }

    // Segments that were never forced.

    @Test
    void whicheverFullSegmentsAPowerCutTakesWhatIsBeforeTheFirstOneIsThere() {
        WalManager wal = open(storage, Durability.noSync());
        LongStream.range(0, 18).forEach(i -> commitLarge(wal, i));
        List<String> segments = LogBytes.usedSegments(storage.kill());
        assertThat(segments).hasSizeGreaterThanOrEqualTo(5);

        for (int subset = 0; subset < 1 << segments.size(); subset++) {
            int lost = subset;
            MemoryStorage cut = storage.powerCutLosing(
                    name -> segments.contains(name) && (lost >> segments.indexOf(name) & 1) == 1);
            checkPrefix(cut, Integer.numberOfTrailingZeros(subset | 1 << segments.size()), segments);
        }
        wal.close();
    }

    /** Everything in segments before the first lost one, nothing behind, twice; and what is appended then is found. */
    private void checkPrefix(MemoryStorage cut, int firstLost, List<String> segments) {
        List<String> kept = segments.subList(0, firstLost);
        long batches = LogBytes.batches(storage).stream()
                .filter(frame -> kept.contains(frame.file()))
                .count();
        try (WalManager wal = open(cut, RecoveryMode.TOLERATE_TORN_TAIL)) {
            assertThat(wal.recoveryReport().verdict()).isNotEqualTo(TailVerdict.CORRUPT);
            assertThat(rowsOfPartition(wal, 0)).isEqualTo(rows(0, batches));
            assertThat(rowsOfPartition(wal, 1)).isEqualTo(rows(0, batches));
            commitLarge(wal, batches);
        }
        for (int i = 0; i < 2; i++) {
            try (WalManager wal = open(cut, RecoveryMode.STRICT)) {
                assertThat(rowsOfPartition(wal, 0)).isEqualTo(rows(0, batches + 1));
            }
        }
    }

    // Room.

    @Test
    void theOutcomeOfAPreparedTransactionFindsRoomWhereNothingElseDoes() {
        WalOptions.Builder limited = Logs.options(storage).maxDisk(3 * Logs.SEGMENT_SIZE + 1_000);
        WalManager wal = open(storage, limited);
        for (long i = 0; i < 3; i++) {
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert(Logs.TABLE, 0, 1_000 + i, Logs.row(i));
                transaction.insert(Logs.TABLE, 1, 1_000 + i, Logs.row(i));
                transaction.prepare();
            }
        }
        assertThatThrownBy(() -> LongStream.range(0, 10_000).forEach(i -> Logs.commitRow(wal, 2, i)))
                .isInstanceOf(WalSpaceException.class);

        wal.resolve(wal.inDoubt().get(0).transactionId(), InDoubtResolver.Decision.COMMIT);
        MemoryStorage killed = storage.kill();
        wal.close();
        limited.storage(killed).inDoubtResolver(transaction -> InDoubtResolver.Decision.COMMIT);
        try (WalManager opened = open(killed, limited)) {
            assertThat(opened.inDoubt()).isEmpty();
            assertThat(rowsOfPartition(opened, 1)).containsExactly(1_000L, 1_001L, 1_002L);
            assertThat(opened.checkpointAll().segmentsDropped()).isPositive();
            Logs.commitRow(opened, 2, 10_000);
        }
    }

    // Snapshots.

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aSnapshotThatIsNewerThanTheLogIsKeptAndNothingThatComesLaterIsTakenForPartOfIt(int checkpoints) {
        WalManager wal = open(storage, Durability.groupCommit());
        wal.attach(new SimulatedState(Logs.PARTITIONS));
        long next = 0;
        for (int i = 0; i < checkpoints; i++) {
            for (int j = 0; j < 3; j++) {
                Logs.commitRow(wal, 0, next++);
            }
            wal.checkpoint(0);
        }
        long lastLsn = wal.status().partitions().get(0).appendedLsn();
        MemoryStorage killed = storage.kill();
        wal.close();
        FrameAt batch = LogBytes.batches(killed).get(1);
        LogBytes.zero(killed, batch.file(), batch.offset(), Logs.SEGMENT_SIZE);

        for (int open = 0; open < 3; open++) {
            SimulatedState state = new SimulatedState(Logs.PARTITIONS);
            try (WalManager stopped = open(killed, RecoveryMode.STOP_AT_DAMAGE)) {
                assertThat(stopped.recoveryReport().partitionsAhead()).isEqualTo(open == 0 ? List.of(0) : List.of());
                stopped.attach(state);
                assertThat(state.rows(0)).isEqualTo(rows(0, next));
                CommitReceipt receipt = Logs.commitRow(stopped, 0, next++);
                assertThat(receipt.ranges().get(0).first()).isGreaterThan(lastLsn);
                lastLsn = receipt.ranges().get(0).last();
            }
        }
        SimulatedState state = new SimulatedState(Logs.PARTITIONS);
        try (WalManager strict = open(killed, RecoveryMode.STRICT)) {
            strict.attach(state);
            assertThat(state.rows(0)).isEqualTo(rows(0, next));
            strict.checkpoint(0);
            assertThat(IntStream.range(0, Logs.PARTITIONS))
                    .allMatch(i -> i == 0 || state.rows(i).isEmpty());
        }
    }
}
