package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What meters say of joined transactions. */
class JoinMetersTests {
    @TempDir
    Path directory;

    @Test
    void commitsThatAreNotInTheLogAreCounted() {
        try (JoinedApplication application = start("after-commit")) {
            SimpleMeterRegistry registry = meters(application);
            try {
                application.required().executeWithoutResult(status -> {
                    application.log(1);
                    application.storage.failForces();
                });
            } catch (RuntimeException e) {
                assertThat(e).hasMessageContaining("has committed");
            }

            assertThat(registry.get("wal.join.missing").functionCounter().count())
                    .isEqualTo(1);
            assertThat(registry.get("wal.join.unknown").functionCounter().count())
                    .isZero();
        }
    }

    @Test
    void markersAreCountedAsLongAsTheyAreThere() {
        try (JoinedApplication application = start("prepared")) {
            SimpleMeterRegistry registry = meters(application);
            application.keepMarkers();
            application.required().executeWithoutResult(status -> application.log(1));

            assertThat(registry.get("wal.join.markers").gauge().value()).isEqualTo(1);
            assertThat(registry.get("wal.join.unresolved").gauge().value()).isZero();
        }
    }

    private JoinedApplication start(String join) {
        return JoinedApplication.start(directory, JoinedApplication.newDatabase(), "wal.transaction.join=" + join);
    }

    private static SimpleMeterRegistry meters(JoinedApplication application) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        application.context.getBeansOfType(MeterBinder.class).values().forEach(binder -> binder.bindTo(registry));
        return registry;
    }
}
