package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.GoldenBytes;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.common.RecoveryMode;
import dev.wal.record.Row;
import dev.wal.record.WalRecord;
import dev.wal.recovery.LogInspector;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A log and snapshots of two maps of version 1, put together from docs/format.md and not by the engine: partitions and row ids by the hash of the keys, rows, content of snapshots. They are read as
 * long as version 1 is, and what the engine writes is the same.
 */
class GoldenMapV1Test {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);

    private final Context context = new Context();
    private final TableMap<Long, String> names = map("names", Serializers.longs(), Serializers.strings());
    private final TableMap<String, byte[]> files = map("files", Serializers.strings(), Serializers.byteArrays());
    private @Nullable WalManager opened;

    private <K, V> TableMap<K, V> map(String table, Serializer<K> keys, Serializer<V> values) {
        return TableMap.builder(table, keys, values, context).build();
    }

    private void open(Storage storage) {
        WalManager manager = WalManager.open(WalOptions.builder(storage.directory())
                .storage(storage)
                .clock(CLOCK)
                .partitions(2)
                .segmentSize(16 * 1024)
                .recoveryMode(RecoveryMode.STRICT)
                .build());
        opened = manager;
        WalStates.attach(manager, List.of(names, files));
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private void inTransaction(Runnable action) {
        try (WalTransaction transaction = opened.begin()) {
            context.transaction = transaction;
            action.run();
            transaction.commit();
        } finally {
            context.transaction = null;
        }
    }

    @Test
    void theSnapshotsAreRestoredAndTheLogIsApplied() {
        open(GoldenBytes.mapLogV1());

        assertThat(names.copy())
                .isEqualTo(Map.of(1L, "one", 2L, "zwei", -4L, "minus four", 5L, "five", 6L, "six", 7L, "sieben"));
        assertThat(files.copy())
                .containsOnlyKeys("a", "b", "d", "e")
                .hasEntrySatisfying("a", value -> assertThat(value).containsExactly(0x0A, 0x0B))
                .hasEntrySatisfying("b", value -> assertThat(value).containsExactly(2, 3))
                .hasEntrySatisfying("d", value -> assertThat(value).containsExactly(0xFF))
                .hasEntrySatisfying("e", value -> assertThat(value).containsExactly(0xCA, 0xFE));
        assertThat(names.get(7L)).isEqualTo("sieben");
        assertThat(files.get("hé")).isNull();
    }

    @Test
    void theRecordsOfAMapAreWrittenAsDocumented() {
        MemoryStorage storage = new MemoryStorage();
        open(storage);
        inTransaction(() -> {
            names.put(2L, "two");
            names.put(3L, "three");
            files.put("a", new byte[] {1});
            files.put("hé", new byte[0]);
        });
        int before = changes(storage).size();
        inTransaction(() -> {
            names.put(6L, "six");
            names.put(2L, "zwei");
            names.remove(3L);
            files.put("e", new byte[] {(byte) 0xCA, (byte) 0xFE});
            files.put("a", new byte[] {0x0A, 0x0B});
            files.remove("hé");
            names.put(7L, "seven");
            names.put(7L, "sieben");
        });

        List<Change> all = changes(storage);
        assertThat(all.subList(before, all.size()))
                .hasSize(8)
                .containsExactlyElementsOf(changes(GoldenBytes.mapLogV1()));
    }

    /** A change without what depends on the log that it is in. */
    private record Change(
            Class<?> type,
            String table,
            int partition,
            long rowId,
            @Nullable Row oldRow,
            @Nullable Row row,
            long timestampMicros) {
        private static Change of(WalRecord.Data record) {
            Row oldRow = null;
            Row row = null;
            long timestampMicros = 0;
            if (record instanceof WalRecord.Insert insert) {
                row = insert.data();
            } else if (record instanceof WalRecord.Update update) {
                oldRow = update.oldData();
                row = update.newData();
            } else if (record instanceof WalRecord.Delete delete) {
                oldRow = delete.oldData();
                timestampMicros = delete.timestampMicros();
            }
            return new Change(
                    record.getClass(),
                    record.table(),
                    record.partition(),
                    record.rowId(),
                    oldRow,
                    row,
                    timestampMicros);
        }
    }

    private static List<Change> changes(MemoryStorage storage) {
        List<Change> changes = new ArrayList<>();
        new LogInspector(storage, () -> false).read(RecoveryMode.STRICT, logged -> {
            if (logged.record() instanceof WalRecord.Data data) {
                changes.add(Change.of(data));
            }
        });
        return changes;
    }

    @Test
    void anEntryIsWrittenToASnapshotAsDocumented() throws IOException {
        byte[] snapshot = GoldenBytes.v1("map/snapshot-00000-0000000000000020528");
        byte[] entryOfTwo = Arrays.copyOfRange(snapshot, 106, 158);
        open(new MemoryStorage());
        names.state().restore(0, new ByteArrayInputStream(entryOfTwo));
        ByteArrayOutputStream written = new ByteArrayOutputStream();

        try (WalState.Frozen frozen = names.state().freeze(0)) {
            frozen.writeTo(written);
        }

        assertThat(names.copy()).isEqualTo(Map.of(2L, "two"));
        assertThat(written.toByteArray()).isEqualTo(entryOfTwo);
        assertThat(new String(entryOfTwo, StandardCharsets.UTF_8)).endsWith("two");
    }

    private static final class Context implements TransactionContext {
        private @Nullable WalTransaction transaction;

        @Override
        public @Nullable WalTransaction current() {
            return transaction;
        }

        @Override
        public WalTransaction required() {
            return transaction;
        }
    }
}
