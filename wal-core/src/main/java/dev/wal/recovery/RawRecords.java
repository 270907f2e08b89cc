package dev.wal.recovery;

import dev.wal.log.LogReader;
import dev.wal.record.RecordCursor;
import dev.wal.record.WalRecord;
import dev.wal.segment.Frame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects the records of a log as they stand in it: those since the last checkpoint of their partition, and those of transactions that were undecided then, so that no Commit
 * comes without what it commits.
 */
public final class RawRecords {
    private final long[] fromLsns;
    private final Map<Integer, List<WalRecord>> found = new TreeMap<>();
    private final Map<TransactionKey, List<WalRecord>> undecidedBefore = new LinkedHashMap<>();

    private RawRecords(long[] fromLsns) {
        this.fromLsns = fromLsns;
        for (int partition = 0; partition < fromLsns.length; partition++) {
            found.put(partition, new ArrayList<>());
        }
    }

    /**
     * All records from a reader whose LSN is not below that of their partition, and what belongs to them, without Checkpoint records.
     *
     * @param fromLsns by partition
     * @return a list for each partition, empty ones too
     */
    public static Map<Integer, List<WalRecord>> since(LogReader reader, long[] fromLsns) {
        RawRecords collected = new RawRecords(fromLsns);
        FrameRecords records = new FrameRecords(fromLsns.length);
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            if (frame.isBatch()) {
                records.read(frame);
                for (int i = 0; i < records.count(); i++) {
                    collected.add(records.at(i), records.lsn(i));
                }
            }
        }
        return collected.found;
    }

    private void add(RecordCursor record, long lsn) {
        if (record.isCheckpoint()) {
            return;
        }
        int partition = record.partition();
        TransactionKey key = new TransactionKey(partition, record.transactionId());
        if (lsn < fromLsns[partition]) {
            addBefore(record, key);
            return;
        }
        List<WalRecord> before = undecidedBefore.remove(key);
        if (before != null && !record.isBegin()) {
            found.getOrDefault(partition, List.of()).addAll(before);
        }
        found.getOrDefault(partition, List.of()).add(record.record());
    }

    private void addBefore(RecordCursor record, TransactionKey key) {
        if (record.isBegin()) {
            undecidedBefore.put(key, new ArrayList<>());
        }
        if (record.isCommit() || record.isRollback()) {
            undecidedBefore.remove(key);
            return;
        }
        List<WalRecord> before = undecidedBefore.get(key);
        if (before != null) {
            before.add(record.record());
        }
    }
}
