package dev.wal.spring.boot.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.common.WalSpaceException;
import dev.wal.record.Row;
import dev.wal.record.Value;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that refuses commits takes the instance out of the load balancer, and does not have it restarted: that would free no disk. */
class HealthGroupsIT {
    @TempDir
    Path directory;

    @Test
    void aLogWithoutSpaceIsNotReadyButAlive() throws Exception {
        try (RunningLedger ledger = new RunningLedger(
                directory,
                "management.endpoint.health.probes.enabled=true",
                "management.endpoint.health.group.readiness.include=readinessState,wal",
                "wal.max-disk=128KB")) {
            WalManager log = ledger.context().getBean(WalManager.class);
            assertThat(ledger.get("/actuator/health/liveness", null).statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() -> {
                        while (true) {
                            log.logInsert("audit", 0, 1, Row.of(Value.of(new byte[10_000])));
                        }
                    })
                    .isInstanceOf(WalSpaceException.class);

            assertThat(ledger.get("/actuator/health/readiness", null).statusCode())
                    .isEqualTo(503);
            assertThat(ledger.get("/actuator/health/readiness", null).body()).contains("OUT_OF_SERVICE");
            assertThat(ledger.get("/actuator/health/liveness", null).statusCode())
                    .isEqualTo(200);
        }
    }
}
