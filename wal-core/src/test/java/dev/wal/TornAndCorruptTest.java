package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.LogBytes.FrameAt;
import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalCorruptedException;
import dev.wal.log.LogIdentity;
import dev.wal.log.LogScan;
import dev.wal.log.LogScanner;
import dev.wal.record.WalChange;
import dev.wal.recovery.LogInspector;
import dev.wal.recovery.LoggedRecord;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * One log with everything in it, damaged at one byte after the other: flipped, cut off, or zeros from there on. What must be found is worked out from
 * the bytes of the log alone, after docs/format.md: a damaged header of a segment is refused; else the log ends at the first damaged frame, and whether that is corruption depends on the marks of the frames that are left.
 *
 * <p>Each log is read to its end; of those with which the same was found, the first one is also opened, in every mode, and must then be refused, naming the file,
 * or hand over a prefix of what was committed, with every transaction whole, and with everything that a surviving mark covers. It is also salvaged, which must show the records of all frames that are
 * intact, and no others. To do that with all of them, which takes minutes: {@code -Dwal.everyByte=true}.
 */
class TornAndCorruptTest {
    private static final int HEADER_SIZE = LogBytes.SEGMENT_HEADER_SIZE;
    private static final int HEADER_FIELDS = 64;
    private static final List<RecoveryMode> MODES =
            List.of(RecoveryMode.STRICT, RecoveryMode.TOLERATE_TORN_TAIL, RecoveryMode.STOP_AT_DAMAGE);
    private static final SampleLog SAMPLE = new SampleLog();
    private static final List<LoggedRecord> RECORDS = salvaged(SAMPLE.copy());

    private final MemoryStorage damaged = SAMPLE.copy();
    private final Set<Object> opened = new HashSet<>();
    private int judged;

    /** What was done to a file. */
    private enum Kind {
        FLIPPED,
        CUT_OFF,
        ZEROS_FROM,
        ZEROS_IN_SECTOR
    }

    private record Damage(Kind kind, String file, int offset) {
        private byte[] to(byte[] pristine) {
            byte[] bytes = pristine.clone();
            switch (kind) {
                case FLIPPED -> bytes[offset] ^= (byte) (offset % 9 == 8 ? 0xFF : 1 << offset % 9);
                case ZEROS_FROM -> Arrays.fill(bytes, offset, bytes.length, (byte) 0);
                case ZEROS_IN_SECTOR -> Arrays.fill(bytes, offset, offset + 512, (byte) 0);
                case CUT_OFF -> {
                    return Arrays.copyOf(bytes, offset);
                }
            }
            return bytes;
        }

        @Override
        public String toString() {
            return kind + " " + file + " at " + offset;
        }
    }

    /** What the end of a damaged log must be. */
    private record Expected(TailVerdict verdict, long end) {}

    @AfterEach
    void somethingWasJudged() {
        assertThat(judged).isPositive();
    }

    @Test
    void theLogHasEverythingInIt() {
        assertThat(SAMPLE.usedSegments()).hasSizeGreaterThanOrEqualTo(3);
        assertThat(SAMPLE.frames()).extracting(FrameAt::type).contains(1, 2, 3);
        assertThat(IntStream.range(0, Logs.PARTITIONS))
                .allSatisfy(partition ->
                        assertThat(SAMPLE.committed()).anyMatch(change -> change.partition() == partition));
        judged++;
    }

    @Test
    void everyFlippedByteIsFound() {
        damageEveryByte(Kind.FLIPPED);
    }

    @Test
    void everyLostEndOfAFileIsFound() {
        damageEveryByte(Kind.CUT_OFF);
    }

    @Test
    void everyTailOfZerosIsJudgedByTheMarksThatAreLeft() {
        damageEveryByte(Kind.ZEROS_FROM);
    }

    @Test
    void everySectorOfZerosIsFound() {
        for (String file : SAMPLE.usedSegments()) {
            for (int offset = 0; offset < SAMPLE.usedLength(file); offset += 512) {
                judge(new Damage(Kind.ZEROS_IN_SECTOR, file, offset));
            }
        }
    }

    private void damageEveryByte(Kind kind) {
        for (String file : SAMPLE.usedSegments()) {
            int end = Math.min(Logs.SEGMENT_SIZE, SAMPLE.usedLength(file) + 64);
            for (int offset = 0; offset < end; offset++) {
                judge(new Damage(kind, file, offset));
            }
        }
    }

    // Judging.

    private void judge(Damage damage) {
        judged++;
        byte[] pristine = damaged.bytes(damage.file());
        byte[] bytes = damage.to(pristine);
        damaged.put(damage.file(), bytes);
        if (isHeaderDamaged(pristine, bytes)) {
            judgeHeader(damage, pristine, bytes);
        } else {
            judgeFrames(damage, pristine, bytes);
        }
        damaged.put(damage.file(), pristine);
    }

    /** Bytes that are missing behind the fields are those of the frames, too. */
    private static boolean isHeaderDamaged(byte[] pristine, byte[] bytes) {
        int left = Math.min(bytes.length, HEADER_SIZE);
        return left < HEADER_FIELDS || Arrays.mismatch(pristine, 0, left, bytes, 0, left) >= 0;
    }

    private void judgeHeader(Damage damage, byte[] pristine, byte[] bytes) {
        assertThatThrownBy(() -> scan(damaged, new ArrayList<>()))
                .as("%s", damage)
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContainingAll(
                        damage.file(), damage.offset() < HEADER_FIELDS ? "" : "byte " + damage.offset() + " ");
        // Every byte of the fields, and one that must be zero.
        if (isFirst(List.of(damage.kind(), damage.file(), Math.min(damage.offset(), HEADER_FIELDS)))) {
            for (RecoveryMode mode : MODES) {
                assertThat(openOrNull(damaged.kill(), mode))
                        .as("refused; %s, %s", mode, damage)
                        .isNull();
            }
            salvage(damage, pristine, bytes, Long.MAX_VALUE);
        }
    }

    private boolean isFirst(Object found) {
        return opened.add(found) || Boolean.getBoolean("wal.everyByte");
    }

    private void judgeFrames(Damage damage, byte[] pristine, byte[] bytes) {
        Expected expected = expected(damage, pristine, bytes);
        List<Long> read = new ArrayList<>();
        LogScan scan = scan(damaged, read);
        if (scan.verdict() != expected.verdict() || scan.end() != expected.end()) {
            throw new AssertionError(
                    damage + ": expected " + expected + ", but found " + scan.verdict() + " at " + scan.end());
        }
        List<Long> before = SAMPLE.frames().stream()
                .map(FrameAt::position)
                .filter(position -> position < expected.end())
                .toList();
        assertThat(read).as("%s", damage).isEqualTo(before);
        if (isFirst(List.of(damage.kind(), scan.verdict(), scan.end(), scan.framesBehind(), scan.mark()))) {
            MODES.forEach(mode -> open(damage, expected, mode));
            boolean readsOn = expected.verdict().actionIn(RecoveryMode.SALVAGE) == TailVerdict.Action.READ_ON;
            salvage(damage, pristine, bytes, readsOn ? Long.MAX_VALUE : expected.end());
        }
    }

    // Salvaging.

    /** @param end above which nothing is read, because nothing of it counts */
    private void salvage(Damage damage, byte[] pristine, byte[] bytes, long end) {
        Set<Long> intact = SAMPLE.frames().stream()
                .filter(frame -> frame.position() < end && !isDamaged(frame, damage, pristine, bytes))
                .map(FrameAt::position)
                .collect(Collectors.toSet());
        List<LoggedRecord> expected = RECORDS.stream()
                .filter(record -> intact.contains(record.position()))
                .toList();

        assertThat(salvaged(damaged)).as("salvaged; %s", damage).isEqualTo(expected);
        assertThat(damaged.openFiles()).isZero();
    }

    private static List<LoggedRecord> salvaged(MemoryStorage storage) {
        List<LoggedRecord> records = new ArrayList<>();
        new LogInspector(storage, () -> false).read(RecoveryMode.SALVAGE, records::add);
        return records;
    }

    // Reading.

    private static LogScan scan(MemoryStorage storage, List<Long> read) {
        try {
            Manifest manifest = new ManifestStore(storage).read().orElseThrow();
            return LogScanner.scan(
                    storage,
                    new LogIdentity(manifest.logId(), Logs.PARTITIONS),
                    manifest.firstSegment(),
                    manifest.mark(),
                    manifest.nextLsns(),
                    frame -> read.add(frame.position()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** After docs/format.md, "End of the log". */
    private static Expected expected(Damage damage, byte[] pristine, byte[] bytes) {
        FrameAt first = null;
        long mark = SAMPLE.manifestMark();
        boolean framesBehind = false;
        for (FrameAt frame : SAMPLE.frames()) {
            if (isDamaged(frame, damage, pristine, bytes)) {
                first = first == null ? frame : first;
            } else {
                mark = Math.max(mark, frame.mark());
                framesBehind |= first != null;
            }
        }
        if (first != null) {
            boolean zeros = damage.kind() != Kind.CUT_OFF && isZero(bytes, first.offset());
            return new Expected(
                    mark > first.position() || damage.kind() == Kind.CUT_OFF
                            ? TailVerdict.CORRUPT
                            : zeros && !framesBehind ? TailVerdict.CLEAN : TailVerdict.TORN,
                    first.position());
        }
        return new Expected(behindTheLastFrame(damage, bytes), SAMPLE.end());
    }

    /** Bytes that are missing read as zeros, which some of them were. */
    private static boolean isDamaged(FrameAt frame, Damage damage, byte[] pristine, byte[] bytes) {
        if (!frame.file().equals(damage.file())) {
            return false;
        }
        byte[] before = Arrays.copyOfRange(pristine, frame.offset(), frame.end());
        byte[] after = frame.offset() > bytes.length
                ? new byte[before.length]
                : Arrays.copyOfRange(bytes, frame.offset(), frame.end());
        return !Arrays.equals(before, after);
    }

    /** No frame was damaged, but a header of zeros must follow the last one. */
    private static TailVerdict behindTheLastFrame(Damage damage, byte[] bytes) {
        List<String> used = SAMPLE.usedSegments();
        String last = used.get(used.size() - 1);
        int end = SAMPLE.usedLength(last);
        if (!damage.file().equals(last)) {
            return TailVerdict.CLEAN;
        }
        if (bytes.length < end + LogBytes.FRAME_HEADER_SIZE) {
            return TailVerdict.CORRUPT;
        }
        return isZero(bytes, end) ? TailVerdict.CLEAN : TailVerdict.TORN;
    }

    private static boolean isZero(byte[] bytes, int offset) {
        return Arrays.mismatch(
                        bytes,
                        offset,
                        offset + LogBytes.FRAME_HEADER_SIZE,
                        new byte[LogBytes.FRAME_HEADER_SIZE],
                        0,
                        LogBytes.FRAME_HEADER_SIZE)
                < 0;
    }

    // Opening.

    private void open(Damage damage, Expected expected, RecoveryMode mode) {
        String when = mode + ", " + damage;
        MemoryStorage copy = damaged.kill();
        List<WalChange> found = new ArrayList<>();
        try (WalManager wal = openOrNull(copy, mode)) {
            boolean refused = expected.verdict().actionIn(mode) == TailVerdict.Action.REFUSE;
            assertThat(wal == null).as("refused; %s", when).isEqualTo(refused);
            if (wal == null) {
                return;
            }
            found.addAll(Logs.replay(wal));
            checkPrefix(found, when);
            assertThat((long) found.size())
                    .as("changes below the end; %s", when)
                    .isEqualTo(SAMPLE.changesBelow(expected.end()));
            appendTo(wal, found, when);
            found.clear();
            found.addAll(Logs.replay(wal));
        }
        checkFoundAgain(copy, found, when);
        checkFoundAgain(copy, found, when);
    }

    private static void checkPrefix(List<WalChange> found, String when) {
        List<WalChange> committed = SAMPLE.committed();
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
            return WalManager.open(
                    Logs.options(storage).recoveryMode(mode).build(), () -> 1, name -> new DrivenThreads());
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
}
