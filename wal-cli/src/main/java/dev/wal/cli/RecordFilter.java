package dev.wal.cli;

import dev.wal.record.WalRecord;
import dev.wal.recovery.LoggedRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which records are wanted; all conditions that are given must hold. */
final class RecordFilter {
    @Option(
            names = "--partition",
            paramLabel = "N",
            description = "Records of this partition. May be given several times.")
    private List<Integer> partitions = new ArrayList<>();

    @Option(
            names = "--lsn",
            paramLabel = "FROM..TO",
            converter = LsnInterval.Converter.class,
            description = "Records with these LSNs: 7, 7..9, 7.. or ..9. LSNs count in each partition by itself.")
    private @Nullable LsnInterval lsns;

    @Option(
            names = "--transaction",
            paramLabel = "ID",
            description = "Records of this transaction. Ids of the engine are negative: --transaction=-9223…")
    private @Nullable Long transaction;

    @Option(names = "--table", paramLabel = "NAME", description = "Inserts, updates and deletes in this table.")
    private @Nullable String table;

    boolean accepts(LoggedRecord logged) {
        WalRecord record = logged.record();
        return (partitions.isEmpty() || partitions.contains(logged.partition()))
                && (lsns == null || lsns.contains(logged.lsn()))
                && (transaction == null || transaction == record.transactionId())
                && (table == null || table.equals(tableOf(record)));
    }

    private static @Nullable String tableOf(WalRecord record) {
        return record instanceof WalRecord.Data data ? data.table() : null;
    }
}
