package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.LogBytes.FrameAt;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalStorageException;
import dev.wal.log.Survey;
import dev.wal.log.UnreadableRange;
import dev.wal.record.WalRecord;
import dev.wal.recovery.CommittedTransaction;
import dev.wal.recovery.InspectionVisitor;
import dev.wal.recovery.LogInspector;
import dev.wal.recovery.LoggedRecord;
import dev.wal.recovery.SalvageVisitor;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.DirectoryOwner;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can be seen of a log from outside: of a sound one everything, of a damaged one what is left, of one in use nothing that is not certain. */
class LogInspectorTest {
    private static final DirectoryOwner NOBODY = () -> false;
    private static final DirectoryOwner SOMEBODY = () -> true;

    private final MemoryStorage storage = new MemoryStorage();
    private final List<LoggedRecord> records = new ArrayList<>();
    private final List<UnreadableRange> unreadable = new ArrayList<>();

    private Survey inspect(RecoveryMode mode, DirectoryOwner owner) {
        records.clear();
        unreadable.clear();
        return new LogInspector(storage, owner).read(mode, new InspectionVisitor() {
            @Override
            public void record(LoggedRecord record) {
                records.add(record);
            }

            @Override
            public void unreadable(UnreadableRange range) {
                unreadable.add(range);
            }
        });
    }

    private void commitRows(int count) {
        try (WalManager wal = Logs.open(storage)) {
            LongStream.range(0, count).forEach(row -> Logs.commitRow(wal, (int) (row % Logs.PARTITIONS), row));
        }
    }

    private List<Long> rowsFound() {
        return records.stream()
                .filter(record -> record.record() instanceof WalRecord.Data)
                .map(record -> ((WalRecord.Data) record.record()).rowId())
                .toList();
    }

    private static List<Long> rows(int count) {
        return LongStream.range(0, count).boxed().toList();
    }

    @Test
    void everyRecordIsSeenWithItsPlaceAndNothingIsChanged() {
        commitRows(300);
        TreeMap<String, byte[]> before = new TreeMap<>();
        storage.list().forEach(name -> before.put(name, storage.bytes(name)));
        long writes = storage.count(call -> !call.is(MemoryStorage.Op.OPEN) && !call.is(MemoryStorage.Op.READ));

        Survey survey = inspect(RecoveryMode.STRICT, NOBODY);

        assertThat(survey.verdict()).isEqualTo(TailVerdict.CLEAN);
        assertThat(survey.segments()).hasSizeGreaterThan(2);
        assertThat(rowsFound()).isEqualTo(rows(300));
        assertThat(records).hasSize(900).allSatisfy(record -> {
            assertThat(record.incarnation()).isEqualTo(1);
            assertThat(record.position()).isBetween((record.segment() - 1) * 16_384L, record.segment() * 16_384L);
        });
        for (int partition = 0; partition < Logs.PARTITIONS; partition++) {
            int own = partition;
            assertThat(records)
                    .filteredOn(record -> record.partition() == own)
                    .extracting(LoggedRecord::lsn)
                    .containsExactlyElementsOf(LongStream.range(0, 225).boxed().toList());
        }
        assertThat(storage.count(call -> !call.is(MemoryStorage.Op.OPEN) && !call.is(MemoryStorage.Op.READ)))
                .isEqualTo(writes);
        assertThat(storage.list()).containsExactlyElementsOf(before.keySet());
        before.forEach((name, bytes) -> assertThat(storage.bytes(name)).isEqualTo(bytes));
        assertThat(storage.openFiles()).isZero();
    }

    @Test
    void aLogThatWasNeverWrittenToIsClean() {
        Logs.open(storage).close();

        assertThat(inspect(RecoveryMode.STRICT, NOBODY).verdict()).isEqualTo(TailVerdict.CLEAN);
        assertThat(records).isEmpty();
    }

    @Test
    void withoutALogThereIsNothingToLookInto() {
        assertThatThrownBy(() -> inspect(RecoveryMode.SALVAGE, NOBODY))
                .isInstanceOf(WalStorageException.class)
                .hasMessageContaining("no log");
    }

    @Test
    void aMissingManifestIsNamed() {
        commitRows(1);
        storage.remove(FileNames.MANIFEST);

        assertThatThrownBy(() -> inspect(RecoveryMode.SALVAGE, NOBODY))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContaining("wal.manifest is missing");
    }

    @Test
    void aMissingEmptiedSwappedOrForeignSegmentIsNamed() {
        commitRows(300);
        String second = FileNames.segment(2);
        byte[] good = storage.bytes(second);
        MemoryStorage foreign = new MemoryStorage();
        Logs.open(foreign).close();

        storage.remove(second);
        assertRefused("segment-0000000002.wal is missing");
        storage.put(second, new byte[0]);
        assertRefused("segment-0000000002.wal is too short");
        storage.put(second, storage.bytes(FileNames.segment(1)));
        assertRefused("segment-0000000002.wal was written as number 1");
        storage.put(second, foreign.bytes(FileNames.segment(1)));
        assertRefused("segment-0000000002.wal belongs to another log");
        storage.put(second, good);
        assertThat(inspect(RecoveryMode.STRICT, NOBODY).verdict()).isEqualTo(TailVerdict.CLEAN);
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> inspect(RecoveryMode.STRICT, NOBODY))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContaining(message);
        Survey survey = inspect(RecoveryMode.SALVAGE, NOBODY);
        assertThat(survey.verdict()).isEqualTo(TailVerdict.CORRUPT);
        assertThat(unreadable)
                .isNotEmpty()
                .allSatisfy(range -> assertThat(range.file()).isEqualTo(FileNames.segment(2)));
        assertThat(unreadable.get(0).position()).isEqualTo(16_384);
        assertThat(unreadable.stream().mapToLong(UnreadableRange::bytes).sum()).isEqualTo(16_384);
        assertThat(rowsFound())
                .contains(0L, 299L)
                .isSorted()
                .doesNotHaveDuplicates()
                .hasSizeLessThan(300);
    }

    @Test
    void behindADamagedSegmentHeaderAllFramesAreRead() {
        commitRows(300);
        LogBytes.flipBit(storage, FileNames.segment(2), 25, 3);

        assertThatThrownBy(() -> inspect(RecoveryMode.STRICT, NOBODY)).hasMessageContaining("segment-0000000002.wal");
        Survey survey = inspect(RecoveryMode.SALVAGE, NOBODY);

        assertThat(survey.verdict()).isEqualTo(TailVerdict.CORRUPT);
        assertThat(unreadable)
                .containsExactly(new UnreadableRange(
                        FileNames.segment(2), 0, 16_384, 4096, "the header of the segment is damaged"));
        assertThat(rowsFound()).isEqualTo(rows(300));
    }

    @Test
    void aByteOfAHeaderThatMustBeZeroIsReportedAndTheFieldsAreStillBelieved() {
        MemoryStorage golden = GoldenBytes.logV1();
        golden.list().forEach(name -> storage.put(name, golden.bytes(name)));
        inspect(RecoveryMode.STRICT, NOBODY);
        List<LoggedRecord> expected = List.copyOf(records);
        // Of both segments: where the first one begins cannot be told from its neighbours.
        LogBytes.flipBit(storage, FileNames.segment(2), 100, 3);
        LogBytes.flipBit(storage, FileNames.segment(3), 4095, 0);

        assertThatThrownBy(() -> inspect(RecoveryMode.STRICT, NOBODY))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContainingAll("segment-0000000002.wal", "byte 100 must be zero");
        Survey survey = inspect(RecoveryMode.SALVAGE, NOBODY);

        assertThat(survey.verdict()).isEqualTo(TailVerdict.CORRUPT);
        assertThat(records).isNotEmpty().isEqualTo(expected);
        assertThat(unreadable)
                .containsExactly(
                        new UnreadableRange(
                                FileNames.segment(2), 0, 16_384, 4096, "bytes of the header that must be zero are not"),
                        new UnreadableRange(
                                FileNames.segment(3),
                                0,
                                32_768,
                                4096,
                                "bytes of the header that must be zero are not"));
    }

    @Test
    void behindADamagedFrameReadingGoesOnAndTheGapIsReported() {
        commitRows(300);
        FrameAt lost = LogBytes.batches(storage).get(100);
        LogBytes.flipBit(storage, lost.file(), lost.offset() + 20, 0);

        Survey stopped = inspect(RecoveryMode.STRICT, NOBODY);
        assertThat(stopped.verdict()).isEqualTo(TailVerdict.CORRUPT);
        assertThat(stopped.endFile()).isEqualTo(lost.file());
        assertThat(stopped.endOffset()).isEqualTo(lost.offset());
        assertThat(stopped.framesBehind()).isGreaterThan(200);
        assertThat(rowsFound()).isEqualTo(rows(100));

        Survey survey = inspect(RecoveryMode.SALVAGE, NOBODY);
        assertThat(survey.verdict()).isEqualTo(TailVerdict.CORRUPT);
        assertThat(unreadable).singleElement().satisfies(range -> {
            assertThat(range.file()).isEqualTo(lost.file());
            assertThat(range.offset()).isEqualTo(lost.offset());
            assertThat(range.position()).isEqualTo(lost.position());
            assertThat(range.bytes()).isEqualTo(lost.end() - lost.offset());
        });
        List<Long> expected = new ArrayList<>(rows(300));
        expected.remove(100L);
        assertThat(rowsFound()).isEqualTo(expected);
    }

    @Test
    void severalDamagesAreReportedEach() {
        commitRows(300);
        List<FrameAt> batches = LogBytes.batches(storage);
        List.of(10, 11, 120, 250).forEach(i -> {
            FrameAt lost = batches.get(i);
            LogBytes.zero(storage, lost.file(), lost.offset(), lost.end());
        });

        inspect(RecoveryMode.SALVAGE, NOBODY);

        assertThat(unreadable)
                .extracting(UnreadableRange::position)
                .containsExactly(
                        batches.get(10).position(),
                        batches.get(120).position(),
                        batches.get(250).position());
        assertThat(rowsFound()).hasSize(296);
    }

    @Test
    void damageAtTheEndThatAMarkCoversIsReportedUpToTheMark() {
        commitRows(20);
        List<FrameAt> frames = LogBytes.frames(storage);
        FrameAt lost = LogBytes.batches(storage).get(15);
        LogBytes.zero(storage, lost.file(), lost.offset(), Logs.SEGMENT_SIZE);

        Survey survey = inspect(RecoveryMode.SALVAGE, NOBODY);

        assertThat(survey.verdict()).isEqualTo(TailVerdict.CORRUPT);
        assertThat(survey.end()).isEqualTo(lost.position());
        assertThat(unreadable).singleElement().satisfies(range -> {
            assertThat(range.position()).isEqualTo(lost.position());
            assertThat(range.position() + range.bytes())
                    .isEqualTo(frames.get(frames.size() - 1).endPosition());
        });
        assertThat(rowsFound()).isEqualTo(rows(15));
    }

    /** A log whose last batch is covered by no mark, and half of it missing. */
    private FrameAt tornLog() {
        WalManager wal = Logs.open(storage);
        LongStream.range(0, 20).forEach(row -> Logs.commitRow(wal, 0, row));
        MemoryStorage killed = storage.kill();
        wal.close();
        List<FrameAt> batches = LogBytes.batches(killed);
        FrameAt last = batches.get(batches.size() - 1);
        killed.list().forEach(name -> storage.put(name, killed.bytes(name)));
        LogBytes.zero(storage, last.file(), last.offset() + 60, Logs.SEGMENT_SIZE);
        return last;
    }

    @Test
    void aManifestThatIsOlderThanTheLogIsDamage() {
        commitRows(10);
        byte[] older = storage.bytes(FileNames.MANIFEST);
        commitRows(10);
        storage.put(FileNames.MANIFEST, older);

        assertThatThrownBy(() -> inspect(RecoveryMode.STRICT, NOBODY))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContainingAll("wal.manifest", "older than the log", "incarnation 2");
        assertThat(inspect(RecoveryMode.SALVAGE, NOBODY).verdict()).isEqualTo(TailVerdict.CORRUPT);
        assertThat(unreadable)
                .singleElement()
                .satisfies(range -> assertThat(range.file()).isEqualTo(FileNames.MANIFEST));
        assertThat(rowsFound()).hasSize(20);
    }

    @Test
    void aSegmentThatIsMissingFromALogInUseIsReportedTooIfItStaysMissing() {
        commitRows(300);
        storage.remove(FileNames.segment(2));

        assertThatThrownBy(() -> inspect(RecoveryMode.STRICT, SOMEBODY))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContaining("segment-0000000002.wal is missing");
    }

    @Test
    void aTornWriteIsToldApartAndNothingOfItIsReportedAsUnreadable() {
        FrameAt last = tornLog();

        Survey survey = inspect(RecoveryMode.SALVAGE, NOBODY);

        assertThat(survey.verdict()).isEqualTo(TailVerdict.TORN);
        assertThat(survey.end()).isEqualTo(last.position());
        assertThat(unreadable).isEmpty();
        assertThat(rowsFound()).isEqualTo(rows(19));
    }

    @Test
    void whatLooksTornInALogThatIsInUseIsAWriteUnderWay() {
        tornLog();

        Survey survey = inspect(RecoveryMode.STRICT, SOMEBODY);

        assertThat(survey.inUse()).isTrue();
        assertThat(survey.verdict()).isEqualTo(TailVerdict.CLEAN);
        assertThat(survey.end()).isEqualTo(survey.durable());
        assertThat(records).allSatisfy(record -> assertThat(record.position()).isLessThan(survey.durable()));
    }

    @Test
    void damageBelowTheDurablePositionIsReportedOfALogInUseToo() {
        commitRows(100);
        FrameAt lost = LogBytes.batches(storage).get(50);
        LogBytes.flipBit(storage, lost.file(), lost.offset() + 60, 0);

        Survey survey = inspect(RecoveryMode.STRICT, SOMEBODY);

        assertThat(survey.verdict()).isEqualTo(TailVerdict.CORRUPT);
        assertThat(survey.end()).isEqualTo(lost.position());
    }

    @Test
    void anOwnerThatComesWhileALogIsReadIsNoticed() {
        tornLog();
        List<Boolean> answers = new ArrayList<>(List.of(false, true, true));

        Survey survey = inspect(RecoveryMode.STRICT, () -> answers.size() > 1 ? answers.remove(0) : answers.get(0));

        assertThat(survey.verdict()).isEqualTo(TailVerdict.CLEAN);
        assertThat(rowsFound()).isEqualTo(rows(19));
    }

    @Test
    void segmentsThatAreDroppedWhileALogIsReadAreNoDamage() {
        try (WalManager wal = Logs.open(storage)) {
            LongStream.range(0, 300).forEach(row -> Logs.commitRow(wal, 0, row));
            Set<Long> seen = new TreeSet<>();
            Survey survey = new LogInspector(storage, SOMEBODY).read(RecoveryMode.STRICT, record -> {
                if (record.record() instanceof WalRecord.Data data) {
                    assertThat(seen.add(data.rowId()))
                            .as("row %d once", data.rowId())
                            .isTrue();
                    if (data.rowId() == 10) {
                        wal.checkpointAll();
                        LongStream.range(300, 900).forEach(row -> Logs.commitRow(wal, 0, row));
                    }
                }
            });

            assertThat(survey.verdict()).isEqualTo(TailVerdict.CLEAN);
            assertThat(seen).contains(0L, 10L);
        }
    }

    @Test
    void aLogThatIsWrittenToIsReadUpToWhatWasDurableWhenReadingBegan() {
        try (WalManager wal = Logs.open(storage)) {
            LongStream.range(0, 200).forEach(row -> Logs.commitRow(wal, 0, row));
            wal.sync();
            Logs.commitRow(wal, 0, 200);
            List<Long> seen = new ArrayList<>();
            new LogInspector(storage, SOMEBODY).read(RecoveryMode.STRICT, record -> {
                if (record.record() instanceof WalRecord.Data data) {
                    seen.add(data.rowId());
                    Logs.commitRow(wal, 1, 1_000 + data.rowId());
                }
            });

            assertThat(seen).isNotEmpty().isEqualTo(rows(seen.size())).hasSizeBetween(199, 201);
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aStrayFileWithTheHighestNumberAndARunOfMissingSegmentsAreEachOneFinding() {
        commitRows(300);
        byte[] stray = new byte[8192];
        storage.remove(FileNames.segment(2));
        storage.remove(FileNames.segment(3));
        storage.put(FileNames.segment(Integer.MAX_VALUE), stray);
        assertThat(LogBytes.segments(storage)).hasSizeGreaterThan(3);

        inspect(RecoveryMode.SALVAGE, NOBODY);

        assertThat(unreadable.get(0).file()).isEqualTo(FileNames.segment(2));
        assertThat(unreadable.get(0).bytes()).isEqualTo(2L * Logs.SEGMENT_SIZE);
        assertThat(unreadable.get(0).reason()).contains(FileNames.segment(3), "missing");
        assertThat(unreadable).hasSizeLessThan(6);
        assertThat(rowsFound()).contains(0L, 299L);
    }

    /** The storage, on a disk that does not give back a block of a file. */
    private Storage withoutBlock(String name, long block) {
        return proxy(Storage.class, storage, (method, arguments, result) -> {
            if (!method.equals("open") || !arguments[0].equals(name)) {
                return result;
            }
            return proxy(StorageFile.class, (StorageFile) result, (call, of, count) -> {
                if (call.equals("read") && (long) of[1] < block + 4096 && (long) of[1] + (int) count > block) {
                    throw new IOException("Input/output error");
                }
                return count;
            });
        });
    }

    private interface After {
        Object call(String method, Object[] arguments, Object result) throws IOException;
    }

    private static <T> T proxy(Class<T> type, T target, After after) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) ->
                        after.call(method.getName(), arguments, method.invoke(target, arguments))));
    }

    @Test
    void aBlockThatTheDiskDoesNotGiveBackIsDamageAndWhatLiesBehindItIsRead() {
        commitRows(300);
        String name = FileNames.segment(2);
        LogInspector inspector = new LogInspector(withoutBlock(name, 8192), NOBODY);

        Survey survey = inspector.read(RecoveryMode.SALVAGE, new InspectionVisitor() {
            @Override
            public void record(LoggedRecord record) {
                records.add(record);
            }

            @Override
            public void unreadable(UnreadableRange range) {
                unreadable.add(range);
            }
        });

        assertThat(survey.verdict()).isEqualTo(TailVerdict.CORRUPT);
        assertThat(unreadable)
                .filteredOn(range -> range.reason().contains("Input/output error"))
                .singleElement()
                .satisfies(range -> {
                    assertThat(range.file()).isEqualTo(name);
                    assertThat(range.offset()).isEqualTo(8192);
                    assertThat(range.bytes()).isEqualTo(4096);
                });
        assertThat(rowsFound()).contains(0L, 299L).hasSizeBetween(250, 299);
        List<Long> copied = new ArrayList<>();
        inspector.salvage(new long[Logs.PARTITIONS], new SalvageVisitor() {
            @Override
            public void committed(CommittedTransaction transaction) {
                transaction.changes().forEach(change -> copied.add(change.rowId()));
            }

            @Override
            public void leftOut(int partition, long transactionId, long position, String reason) {}

            @Override
            public void inDoubt(int partition, long transactionId, long position) {}

            @Override
            public void unreadable(UnreadableRange range) {}
        });
        assertThat(copied).isEqualTo(rowsFound());
    }

    @Test
    void aBlockBehindTheEndThatTheDiskDoesNotGiveBackIsDamageToo() {
        commitRows(3);
        LogInspector inspector = new LogInspector(withoutBlock(FileNames.segment(1), 12288), NOBODY);

        assertThat(inspector.read(RecoveryMode.SALVAGE, record -> {}).verdict()).isEqualTo(TailVerdict.CORRUPT);
    }
}
