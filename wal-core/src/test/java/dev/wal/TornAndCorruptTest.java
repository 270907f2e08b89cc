package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.LogBytes.FrameAt;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalCorruptedException;
import dev.wal.record.WalChange;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One log, damaged at one place after the other. Whatever was done to it, it is either refused, naming the file, or what it hands over is a
 * prefix of what was committed, with every transaction whole, and with everything that a surviving mark covers. To damage every byte,
 * which takes minutes: {@code -Dwal.everyByte=true}.
 */
class TornAndCorruptTest {
    private static final int COMMITS = 130;
    private static final int MANIFEST_MARK_OFFSET = 40;

    private static final MemoryStorage PRISTINE = new MemoryStorage();
    private static List<WalChange> committed;
    private static List<FrameAt> frames;

    /** Bytes of a file that are not what they were. */
    private record Damage(String file, int from, int to) {
        private boolean touches(FrameAt frame) {
            return frame.file().equals(file) && frame.offset() < to && frame.end() > from;
        }

        @Override
        public String toString() {
            return file + " from " + from + " to " + to;
        }
    }

    @BeforeAll
    static void writeLog() {
        WalManager wal = Logs.open(PRISTINE);
        for (int i = 0; i < COMMITS; i++) {
            int partition = i % Logs.PARTITIONS;
            switch (i % 5) {
                case 0 -> commitOver(wal, i, partition, (partition + 1) % Logs.PARTITIONS);
                case 1 -> commitOver(wal, i, 3, 0, 2, 1);
                case 2 -> commitByCaller(wal, partition, i);
                case 3 -> wal.logInsert(Logs.TABLE, partition, i, Logs.row(i));
                default -> rollBack(wal, partition, i);
            }
        }
        committed = Logs.replay(wal);
        // Killed, so that the last batches are covered by no mark; some time in between may have added marks.
        MemoryStorage killed = PRISTINE.kill();
        wal.close();
        killed.list().forEach(name -> PRISTINE.put(name, killed.bytes(name)));
        frames = LogBytes.frames(PRISTINE);
        assertThat(LogBytes.usedSegments(PRISTINE)).hasSizeGreaterThanOrEqualTo(3);
    }

    private static void commitOver(WalManager wal, long rowId, Integer... partitions) {
        try (WalTransaction transaction = wal.begin()) {
            for (int partition : partitions) {
                transaction.insert(Logs.TABLE, partition, rowId, Logs.row(rowId));
                transaction.update(Logs.TABLE, partition, rowId, null, Logs.large(60));
            }
            transaction.commit();
        }
    }

    private static void commitByCaller(WalManager wal, int partition, long id) {
        wal.logBegin(partition, id, 0);
        wal.logInsert(id, Logs.TABLE, partition, id, Logs.row(id));
        wal.logDelete(id, Logs.TABLE, partition, id, Logs.row(id), id);
        wal.logCommit(partition, id, id);
    }

    private static void rollBack(WalManager wal, int partition, long id) {
        wal.logBegin(partition, id, 0);
        wal.logInsert(id, Logs.TABLE, partition, id, Logs.row(id));
        wal.logRollback(partition, id);
    }

    /**
     * How many bytes lie between two damages. A prime number meets every byte of a header in one frame or another. Where the log is
     * opened in spite of the damage, a test takes longer.
     */
    private static int step(int usual, RecoveryMode mode) {
        if (Boolean.getBoolean("wal.everyByte")) {
            return 1;
        }
        return mode == RecoveryMode.STOP_AT_DAMAGE ? usual * 5 + 2 : usual;
    }

    private static String lastSegment() {
        List<String> used = LogBytes.usedSegments(PRISTINE);
        return used.get(used.size() - 1);
    }

    private static String earlierSegment() {
        return FileNames.segment(2);
    }

    private static int usedLength(String file) {
        return frames.stream()
                .filter(frame -> frame.file().equals(file))
                .mapToInt(FrameAt::end)
                .max()
                .orElseThrow();
    }

    // One damage after the other.

    @ParameterizedTest
    @EnumSource(names = "SALVAGE", mode = EnumSource.Mode.EXCLUDE)
    void noFlippedByteOfTheLastSegmentIsPassedOver(RecoveryMode mode) {
        flipBytes(lastSegment(), mode, 11);
    }

    @ParameterizedTest
    @EnumSource(names = "SALVAGE", mode = EnumSource.Mode.EXCLUDE)
    void noFlippedByteOfAnEarlierSegmentIsPassedOver(RecoveryMode mode) {
        flipBytes(earlierSegment(), mode, 23);
    }

    private static void flipBytes(String file, RecoveryMode mode, int usualStep) {
        int used = usedLength(file);
        int step = step(usualStep, mode);
        for (int offset = LogBytes.SEGMENT_HEADER_SIZE; offset < used + 64; offset += step) {
            MemoryStorage damaged = PRISTINE.kill();
            byte[] bytes = damaged.bytes(file);
            if (offset < bytes.length) {
                bytes[offset] ^= (byte) 0xFF;
                damaged.put(file, bytes);
                check(damaged, new Damage(file, offset, offset + 1), mode);
            }
        }
    }

    @Test
    void everyFlippedByteOfASegmentHeaderIsRefused() {
        for (int offset = 0; offset < 64; offset++) {
            MemoryStorage damaged = PRISTINE.kill();
            LogBytes.flipBit(damaged, earlierSegment(), offset, offset % 8);
            assertThat(openOrNull(damaged, RecoveryMode.STOP_AT_DAMAGE)).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "SALVAGE", mode = EnumSource.Mode.EXCLUDE)
    void noLostEndOfTheLastSegmentIsPassedOver(RecoveryMode mode) {
        truncate(lastSegment(), mode);
    }

    @ParameterizedTest
    @EnumSource(names = "SALVAGE", mode = EnumSource.Mode.EXCLUDE)
    void noLostEndOfAnEarlierSegmentIsPassedOver(RecoveryMode mode) {
        truncate(earlierSegment(), mode);
    }

    private static void truncate(String file, RecoveryMode mode) {
        int used = usedLength(file);
        int step = step(61, mode);
        for (int length = 1; length < used + 64; length += step) {
            MemoryStorage damaged = PRISTINE.kill();
            LogBytes.truncate(damaged, file, length);
            check(damaged, new Damage(file, length, Logs.SEGMENT_SIZE), mode);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "SALVAGE", mode = EnumSource.Mode.EXCLUDE)
    void noTailOfZerosInTheLastSegmentIsPassedOver(RecoveryMode mode) {
        zeroTails(lastSegment(), mode);
    }

    @ParameterizedTest
    @EnumSource(names = "SALVAGE", mode = EnumSource.Mode.EXCLUDE)
    void noTailOfZerosInAnEarlierSegmentIsPassedOver(RecoveryMode mode) {
        zeroTails(earlierSegment(), mode);
    }

    private static void zeroTails(String file, RecoveryMode mode) {
        int used = usedLength(file);
        int step = step(61, mode);
        for (int from = LogBytes.SEGMENT_HEADER_SIZE; from < used + 8; from += step) {
            MemoryStorage damaged = PRISTINE.kill();
            LogBytes.zero(damaged, file, from, Logs.SEGMENT_SIZE);
            check(damaged, new Damage(file, from, Logs.SEGMENT_SIZE), mode);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "SALVAGE", mode = EnumSource.Mode.EXCLUDE)
    void noSectorThatReadsAsZerosIsPassedOver(RecoveryMode mode) {
        for (String file : List.of(earlierSegment(), lastSegment())) {
            for (int from = LogBytes.SEGMENT_HEADER_SIZE; from < usedLength(file); from += 512) {
                MemoryStorage damaged = PRISTINE.kill();
                LogBytes.zero(damaged, file, from, from + 512);
                check(damaged, new Damage(file, from, from + 512), mode);
            }
        }
    }

    // What must hold.

    private static void check(MemoryStorage damaged, Damage damage, RecoveryMode mode) {
        String when = mode + ", " + damage;
        List<WalChange> found = new ArrayList<>();
        try (WalManager wal = openOrNull(damaged, mode)) {
            if (wal == null) {
                assertThat(mode == RecoveryMode.STOP_AT_DAMAGE && damage.from() >= LogBytes.SEGMENT_HEADER_SIZE)
                        .as("refused; %s", when)
                        .isFalse();
                return;
            }
            found.addAll(Logs.replay(wal));
            checkPrefix(found, when);
            assertThat((long) found.size())
                    .as("changes that are covered by a mark; %s", when)
                    .isGreaterThanOrEqualTo(
                            mode == RecoveryMode.STOP_AT_DAMAGE ? 0 : changesBelow(survivingMark(damage)));
            appendTo(wal, found, when);
            found.clear();
            found.addAll(Logs.replay(wal));
        }
        checkFoundAgain(damaged, found, when);
        checkFoundAgain(damaged, found, when);
    }

    private static void checkPrefix(List<WalChange> found, String when) {
        assertThat(found).as(when).isEqualTo(committed.subList(0, found.size()));
        boolean whole = found.isEmpty()
                || found.size() == committed.size()
                || committed.get(found.size()).position()
                        != found.get(found.size() - 1).position();
        assertThat(whole).as("the last transaction is whole; %s", when).isTrue();
    }

    /** Appends one row to each partition, whose LSNs must be above all that was found. */
    private static void appendTo(WalManager wal, List<WalChange> found, String when) {
        for (int partition = 0; partition < Logs.PARTITIONS; partition++) {
            int own = partition;
            long highest = found.stream()
                    .filter(change -> change.partition() == own)
                    .mapToLong(WalChange::lsn)
                    .max()
                    .orElse(-1);
            assertThat(wal.logInsert(Logs.TABLE, own, 1_000 + own, Logs.row(own)))
                    .as(when)
                    .isGreaterThan(highest);
        }
    }

    private static void checkFoundAgain(MemoryStorage storage, List<WalChange> found, String when) {
        try (WalManager wal = openOrNull(storage, RecoveryMode.STRICT)) {
            assertThat(wal).as("opened again; %s", when).isNotNull();
            assertThat(Logs.replay(wal)).as("opened again; %s", when).isEqualTo(found);
        }
    }

    /** Opens a log, or returns null if it is refused as it should be: with the name of the file, and with all bytes left alone. */
    private static WalManager openOrNull(MemoryStorage storage, RecoveryMode mode) {
        List<byte[]> before = contents(storage);
        try {
            return WalManager.open(Logs.options(storage).recoveryMode(mode).build());
        } catch (WalCorruptedException e) {
            assertThat(e).hasMessageMatching("(?s).*segment-\\d{10}\\.wal.*");
            assertThat(storage.openFiles()).isZero();
            assertThat(Arrays.deepEquals(before.toArray(), contents(storage).toArray()))
                    .as("a refused log is left alone")
                    .isTrue();
            return null;
        }
    }

    private static List<byte[]> contents(MemoryStorage storage) {
        return storage.list().stream().map(storage::bytes).toList();
    }

    /** The highest mark in the manifest and in the frames that the damage leaves. */
    private static long survivingMark(Damage damage) {
        long manifestMark = ByteBuffer.wrap(PRISTINE.bytes(FileNames.MANIFEST))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong(MANIFEST_MARK_OFFSET);
        return frames.stream()
                .filter(frame -> !damage.touches(frame))
                .mapToLong(FrameAt::mark)
                .reduce(manifestMark, Math::max);
    }

    /** How many changes were committed in frames that end below a position. */
    private static long changesBelow(long position) {
        List<Long> covered = frames.stream()
                .filter(frame -> frame.endPosition() <= position)
                .map(FrameAt::position)
                .toList();
        return committed.stream()
                .filter(change -> covered.contains(change.position()))
                .count();
    }

    @Test
    void theLogHasFramesOfAllKinds() {
        assertThat(frames).extracting(FrameAt::type).contains(1, 2, 3);
        assertThat(IntStream.range(0, Logs.PARTITIONS))
                .allSatisfy(partition -> assertThat(committed).anyMatch(change -> change.partition() == partition));
    }
}
