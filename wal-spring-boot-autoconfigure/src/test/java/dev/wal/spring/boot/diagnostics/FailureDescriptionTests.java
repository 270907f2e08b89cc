package dev.wal.spring.boot.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.StateFailedException;
import dev.wal.common.WalFailedException;
import dev.wal.common.WalStorageException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is shown of failures. */
class FailureDescriptionTests {
    private static final IllegalStateException OF_A_STATE = new IllegalStateException("balance of Ada is secret");
    private static final StateFailedException FAILED =
            new StateFailedException("Applying a batch failed: " + OF_A_STATE, OF_A_STATE);

    @Test
    void whatAStateSaysIsNotShownWhereverItIsQuoted() {
        WalFailedException ended = new WalFailedException("The log has ended: " + FAILED, FAILED);

        assertThat(FailureDescription.of(FAILED))
                .contains(StateFailedException.class.getName(), IllegalStateException.class.getName())
                .doesNotContain("secret");
        assertThat(FailureDescription.of(ended)).doesNotContain("secret");
        assertThat(FailureDescription.messageOf(ended)).doesNotContain("secret");
        assertThat(FailureDescription.isMessageShown(WalFailedException.class.getName()))
                .isFalse();
    }

    @Test
    void whatIsThrownByOthersIsNotShown() {
        assertThat(FailureDescription.of(OF_A_STATE)).doesNotContain("secret");
        assertThat(FailureDescription.of(new WalStorageException("met: " + OF_A_STATE, OF_A_STATE)))
                .doesNotContain("secret");
    }

    @Test
    void whatTheLogSaysOfItsFilesIsShown() {
        WalStorageException storage = new WalStorageException("file a: full", new IOException("full"));

        assertThat(FailureDescription.of(storage)).isEqualTo(storage.toString());
        assertThat(FailureDescription.messageOf(storage)).isEqualTo("file a: full");
        assertThat(FailureDescription.isMessageShown(WalStorageException.class.getName()))
                .isTrue();
    }

    @Test
    void aCircleOfCausesEnds() {
        RuntimeException first = new RuntimeException("secret");
        first.initCause(new RuntimeException("secret", first));

        assertThat(FailureDescription.of(first)).doesNotContain("secret");
    }
}
