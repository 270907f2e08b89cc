package dev.wal.spring.boot.test;

import dev.wal.WalManager;
import dev.wal.WalStatus;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ListAssert;

/**
 * Assertions on a log. They read what it holds: changes that were committed since the last checkpoint of their partition, in the order of their commits.
 */
public final class WalManagerAssert extends AbstractAssert<WalManagerAssert, WalManager> {
    private final long fromPosition;

    WalManagerAssert(WalManager actual) {
        this(actual, 0);
    }

    private WalManagerAssert(WalManager actual, long fromPosition) {
        super(actual, WalManagerAssert.class);
        this.fromPosition = fromPosition;
    }

    /** Of changes, only those from a position on, such as {@code log.status().position()} before what is tested: other tests may share the log. */
    public WalManagerAssert since(long position) {
        return new WalManagerAssert(actual, position);
    }

    /** The log takes commits. */
    public WalManagerAssert isOpen() {
        return isIn(WalStatus.State.OPEN);
    }

    /** The log has ended because of a failure. */
    public WalManagerAssert hasFailed() {
        return isIn(WalStatus.State.FAILED);
    }

    private WalManagerAssert isIn(WalStatus.State state) {
        isNotNull();
        WalStatus status = actual.status();
        if (status.state() != state) {
            failWithMessage(
                    "Expecting the log in %s to be %s but it is %s%s",
                    status.directory(),
                    state,
                    status.state(),
                    status.failure().map(failure -> ", after " + failure).orElse(""));
        }
        return this;
    }

    /** All that was committed, to whatever table. */
    public ListAssert<WalChange> committed() {
        return Assertions.assertThat(changes()).as("changes that were committed");
    }

    /** What was committed to a table. */
    public ListAssert<WalChange> committedTo(String table) {
        return Assertions.assertThat(changes())
                .as("changes of table '%s' that were committed", table)
                .filteredOn(change -> change.table().equals(table));
    }

    /** The records that were committed to a table, without where they are. */
    public ListAssert<WalRecord.Data> recordsOf(String table) {
        return Assertions.assertThat(changes().stream()
                        .filter(change -> change.table().equals(table))
                        .map(WalChange::record)
                        .toList())
                .as("records of table '%s' that were committed", table);
    }

    /** Nothing was committed. */
    public WalManagerAssert hasNothingCommitted() {
        committed().isEmpty();
        return this;
    }

    /** Every record of the log is forced: a power cut would take nothing that was committed. What an idle log appends by itself, which holds no record, is not waited for. */
    public WalManagerAssert isForced() {
        isNotNull();
        WalStatus status = actual.status();
        for (WalStatus.Partition partition : status.partitions()) {
            if (partition.durableLsn() < partition.appendedLsn()) {
                failWithMessage(
                        "Expecting all of the log in %s to be forced but partition %d ends at LSN %d and is forced to LSN %d",
                        status.directory(), partition.partition(), partition.appendedLsn(), partition.durableLsn());
            }
        }
        return this;
    }

    private List<WalChange> changes() {
        isNotNull();
        List<WalChange> changes = new ArrayList<>();
        actual.replay(change -> {
            if (change.position() >= fromPosition) {
                changes.add(change);
            }
        });
        return changes;
    }
}
