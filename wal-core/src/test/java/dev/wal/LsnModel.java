package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.CommitModel.Change;
import dev.wal.record.WalChange;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is known of LSNs: that of each row, and for each partition the last that is forced, and the last before the log was opened. */
final class LsnModel {
    private final Map<Change, Long> lsns = new HashMap<>();
    private final long[] forced;
    private final long[] opened;

    LsnModel(int partitions) {
        forced = new long[partitions];
        opened = new long[partitions];
        Arrays.fill(forced, -1);
        Arrays.fill(opened, -1);
    }

    /** No forced LSN is forgotten. */
    void opened(WalStatus status) {
        for (WalStatus.Partition partition : status.partitions()) {
            assertThat(partition.appendedLsn())
                    .as("last LSN of partition %d", partition.partition())
                    .isGreaterThanOrEqualTo(forced[partition.partition()]);
            opened[partition.partition()] = partition.appendedLsn();
        }
        forced(status);
    }

    /** Forced records may be gone. */
    void damaged() {
        Arrays.fill(forced, -1);
    }

    /** Remembers what is forced. */
    void forced(WalStatus status) {
        for (WalStatus.Partition partition : status.partitions()) {
            forced[partition.partition()] = Math.max(forced[partition.partition()], partition.durableLsn());
        }
    }

    /** A new LSN is above all that there were when the log was opened. */
    void written(Change change, long lsn) {
        assertThat(lsn).as("LSN of %s", change).isGreaterThan(opened[change.partition()]);
        lsns.put(change, lsn);
    }

    void committed(CommitReceipt receipt) {
        for (LsnRange range : receipt.ranges()) {
            assertThat(range.last()).as("last LSN of %s", receipt).isGreaterThan(opened[range.partition()]);
        }
    }

    /** A record keeps its LSN for ever, and no other of its partition has the same. */
    void found(List<WalChange> changes) {
        Set<Change> taken = new HashSet<>();
        for (WalChange found : changes) {
            Long earlier = lsns.put(new Change(found.partition(), found.rowId()), found.lsn());
            if (earlier != null) {
                assertThat(found.lsn()).as("LSN of %s", found).isEqualTo(earlier);
            }
            assertThat(taken.add(new Change(found.partition(), found.lsn())))
                    .as("no other has the LSN of %s", found)
                    .isTrue();
        }
    }
}
