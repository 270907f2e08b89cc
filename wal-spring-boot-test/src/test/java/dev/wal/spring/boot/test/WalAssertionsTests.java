package dev.wal.spring.boot.test;

import static dev.wal.spring.boot.test.WalAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalStatus;
import dev.wal.common.Durability;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalRecord;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** What the assertions say. */
@SpringBootTest(classes = TestApplication.class)
@AutoConfigureWal
class WalAssertionsTests {
    @Autowired
    private WalManager log;

    @Autowired
    private DurableMap<String, Integer> numbers;

    @Autowired
    private TestApplication.Numbers service;

    @TempDir
    Path directory;

    @Test
    void changesAreFoundByTheirTable() {
        long before = log.status().position();
        service.put("one", 1);
        service.put("two", 2);

        assertThat(log)
                .since(before)
                .committedTo("audit")
                .extracting(change -> ((WalRecord.Insert) change.record()).data())
                .containsExactly(Row.of(Value.of("one")), Row.of(Value.of("two")));
        assertThat(log).since(before).committedTo("numbers").hasSize(2);
        assertThat(log).since(before).committed().hasSize(4);
        assertThat(log).since(before).committedTo("other").isEmpty();
    }

    @Test
    void whatIsMissingIsNamed() {
        long end = log.status().position();

        assertThatThrownBy(() -> assertThat(log).since(end).committedTo("audit").hasSize(1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("changes of table 'audit' that were committed");
    }

    @Test
    void somethingThatShouldNotBeThereIsNamed() {
        long before = log.status().position();
        service.put("three", 3);

        assertThatThrownBy(() -> assertThat(log).since(before).hasNothingCommitted())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("audit");
    }

    @Test
    void theStateOfALogIsNamedWithItsDirectory() {
        WalManager closed = WalManager.open(
                WalOptions.builder(directory).segmentSize(64 << 10).build());
        closed.close();

        assertThatThrownBy(() -> assertThat(closed).isOpen())
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(directory.toString(), "OPEN", "CLOSED");
        assertThatThrownBy(() -> assertThat(log).hasFailed()).isInstanceOf(AssertionError.class);
        assertThat(log).isOpen();
    }

    @Test
    void aLogIsForcedIfItsRecordsAre() {
        assertThat(withLsns(3, 3)).isForced();
        assertThatThrownBy(() -> assertThat(withLsns(4, 3)).isForced())
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(directory.toString(), "partition 0", "LSN 4", "LSN 3");
    }

    /** Its end, a mark that holds no record, is not forced yet. */
    private WalManager withLsns(long appended, long durable) {
        WalManager idle = mock(WalManager.class);
        when(idle.status())
                .thenReturn(new WalStatus(
                        directory,
                        WalStatus.State.OPEN,
                        Optional.empty(),
                        Durability.noSync(),
                        200,
                        100,
                        0,
                        1,
                        64 << 10,
                        new WalStatus.Disk(64 << 10, 0, OptionalLong.empty(), Optional.empty(), false),
                        List.of(new WalStatus.Partition(0, appended, durable, -1))));
        return idle;
    }

    @Test
    void mapsTellWhatTheyHave() {
        service.put("four", 4);

        assertThat(numbers).containsEntry("four", 4).doesNotContainKey("forty");
        assertThat(numbers).entries().containsEntry("four", 4);
        assertThatThrownBy(() -> assertThat(numbers).containsEntry("four", 5))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("'numbers'", "four", "4", "5");
        assertThatThrownBy(() -> assertThat(numbers).doesNotContainKey("four"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("'numbers'");
        assertThatThrownBy(() -> assertThat(numbers).isEmpty()).isInstanceOf(AssertionError.class);
        assertThat(numbers).hasSize(numbers.size());
    }
}
