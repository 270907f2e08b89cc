package dev.wal.recovery;

import dev.wal.log.LogReader;
import dev.wal.record.WalRecord;
import dev.wal.segment.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects the records of a log as they stand in it. */
public final class RawRecords {
    private RawRecords() {}

    /**
     * All records from a reader whose LSN is not below that of their partition, without Checkpoint records.
     *
     * @param fromLsns by partition
     * @return a list for each partition, empty ones too
     */
    public static Map<Integer, List<WalRecord>> since(LogReader reader, long[] fromLsns) {
        Map<Integer, List<WalRecord>> found = new TreeMap<>();
        for (int partition = 0; partition < fromLsns.length; partition++) {
            found.put(partition, new ArrayList<>());
        }
        FrameRecords records = new FrameRecords(fromLsns.length);
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            if (frame.isBatch()) {
                records.read(frame);
                for (int i = 0; i < records.count(); i++) {
                    int partition = records.at(i).partition();
                    if (records.lsn(i) >= fromLsns[partition] && !records.at(i).isCheckpoint()) {
                        found.computeIfAbsent(partition, key -> new ArrayList<>())
                                .add(records.record(i));
                    }
                }
            }
        }
        return found;
    }
}
