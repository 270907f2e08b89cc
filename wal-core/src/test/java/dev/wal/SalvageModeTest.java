package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.RecoveryMode;
import dev.wal.storage.MemoryStorage;
import org.junit.jupiter.api.Test;

/** The mode that only reads. */
class SalvageModeTest {
    @Test
    void aLogIsNotOpenedForWritingInItAndTheRefusalNamesTheTool() {
        MemoryStorage storage = new MemoryStorage();
        WalOptions.Builder options = Logs.options(storage).recoveryMode(RecoveryMode.SALVAGE);

        assertThatThrownBy(options::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wal-cli salvage SOURCE TARGET");
        assertThat(storage.list()).isEmpty();
    }
}
