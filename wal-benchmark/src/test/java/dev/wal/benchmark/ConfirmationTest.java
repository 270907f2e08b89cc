package dev.wal.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfirmationTest {
    private static final String PEER = "a peer";

    @Test
    void aPeerThatForcesOnceForEachCommitIsBeyondDoubt() {
        Confirmation confirmation = confirmation(
                TracedRun.format(PEER, new TracedRun(1, 1_000_000, 2_000_000, 3)),
                "7 1.000001 fdatasync(52)   = 0",
                "8 1.500000 fsync(3 <unfinished ...>",
                "9 1.999999 msync(0x7f31, 4096, MS_SYNC) = 0");

        assertThat(confirmation.doubt(PEER)).isEmpty();
        assertThat(confirmation.forcesPerCommit(PEER, 1)).isEqualTo(1);
    }

    @Test
    void aPeerIsDoubtedWhoseForcesWereFewerThanItsCommits() {
        Confirmation confirmation = confirmation(
                TracedRun.format(PEER, new TracedRun(1, 1_000_000, 2_000_000, 3)),
                "7 0.999999 fdatasync(52) = 0",
                "7 1.000001 fdatasync(52) = 0",
                "7 1.100000 fdatasync(52) = -1 EIO (Input/output error)",
                "7 1.200000 msync(0x7f31, 4096, MS_ASYNC) = 0",
                "7 1.300000 pwritev2(5, [{iov_base=\"\", iov_len=1}], 1, 0, 0) = 1",
                "7 1.400000 <... fdatasync resumed>) = 0",
                "7 1.500000 pwritev2(5, [{iov_base=\"\", iov_len=1}], 1, 0, RWF_DSYNC) = 1",
                "7 2.000001 fdatasync(52) = 0");

        assertThat(confirmation.doubt(PEER)).contains("durability not confirmed: 2 forces for 3 commits");
    }

    @Test
    void forcesAreCountedForEachNumberOfThreadsByItself() {
        Confirmation confirmation = new Confirmation(
                List.of(
                        TracedRun.format(PEER, new TracedRun(1, 1_000_000, 1_500_000, 1)),
                        TracedRun.format(PEER, new TracedRun(4, 1_600_000, 2_000_000, 4))),
                ForceTrace.parse(List.of("7 1.1 fsync(5) = 0", "7 1.7 fsync(5) = 0")),
                "");

        assertThat(confirmation.doubt(PEER)).isEmpty();
        assertThat(confirmation.forcesPerCommit(PEER, 4)).isEqualTo(0.25);
        assertThat(confirmation.forcesPerCommit(PEER, 16)).isNaN();
    }

    @Test
    void aPeerThatDoesNotRunIsToldWithTheCause() {
        Confirmation confirmation = confirmation(TracedRun.formatFailure(
                PEER, 1, new IOException("it did not open", new UnsatisfiedLinkError("no library"))));

        assertThat(confirmation.doubt(PEER).orElseThrow())
                .startsWith("does not run here")
                .contains("no library");
        assertThat(confirmation.doubt("another").orElseThrow()).startsWith("does not run here");
    }

    @Test
    void everyPeerIsDoubtedWhereForcesCannotBeCounted() {
        assertThat(Confirmation.impossible("strace is not here").doubt(PEER).orElseThrow())
                .contains("not confirmed", "strace is not here");
    }

    private static Confirmation confirmation(String line, String... calls) {
        return new Confirmation(List.of(line), ForceTrace.parse(List.of(calls)), "");
    }
}
