package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionTableTest {
    private final PartitionTable<Long, String> table = new PartitionTable<>();

    private void set(long key) {
        table.put(key, new Entry<>("value", key));
    }

    /** Also those without a value. */
    private List<Long> keptKeys() {
        List<Long> kept = new ArrayList<>();
        table.iterator((key, entry) -> {
                    kept.add(key);
                    return entry;
                })
                .forEachRemaining(entry -> {});
        return kept;
    }

    @Test
    void aKeyThatComesAndGoesIsRememberedOnce() {
        try (PartitionTable<Long, String>.Frozen view = table.freeze()) {
            for (int i = 0; i < 1_000; i++) {
                set(1);
                table.remove(1L);
            }
            set(2);
            table.remove(2L);
            assertThat(view.size()).isZero();
            assertThat(keptKeys()).containsExactlyInAnyOrder(1L, 2L);
        }

        set(3);

        assertThat(keptKeys()).containsExactly(3L);
    }
}
