package dev.wal.spring.boot.aot;

import dev.wal.spring.boot.actuate.WalCheckpointEndpoint;
import dev.wal.spring.boot.actuate.WalCheckpointEndpointWebExtension;
import dev.wal.spring.boot.actuate.WalEndpoint;
import dev.wal.spring.boot.actuate.WalRecoveryEndpoint;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** Answers of the endpoints, which are written as JSON. Those of the checkpoints over HTTP are hidden behind {@code Object} in what their methods return. */
public final class WalEndpointRuntimeHints implements RuntimeHintsRegistrar {
    private final BindingReflectionHintsRegistrar registrar = new BindingReflectionHintsRegistrar();

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        registrar.registerReflectionHints(
                hints.reflection(),
                WalEndpoint.WalDescriptor.class,
                WalEndpoint.PartitionDescriptor.class,
                WalRecoveryEndpoint.RecoveryDescriptor.class,
                WalCheckpointEndpoint.CheckpointsDescriptor.class,
                WalCheckpointEndpoint.CheckpointDescriptor.class,
                WalCheckpointEndpoint.ReportDescriptor.class,
                WalCheckpointEndpointWebExtension.ErrorDescriptor.class);
    }
}
