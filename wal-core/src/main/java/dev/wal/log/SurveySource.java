package dev.wal.log;

import dev.wal.common.RecoveryMode;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.DirectoryOwner;
import dev.wal.storage.Storage;
import java.io.IOException;

/**
 * The log that a survey reads, and how.
 *
 * @param mode what is done about damage
 */
record SurveySource(Storage storage, LogOrigin.Source origins, DirectoryOwner owner, RecoveryMode mode) {

    /** Whether reading goes on behind damage. */
    boolean readsOn() {
        return TailVerdict.CORRUPT.actionIn(mode) == TailVerdict.Action.READ_ON;
    }

    /**
     * Whether what could not be read was read while nobody changed the log. A log that is in use changes in the segments that it drops; nothing else that is below its
     * durable position does.
     */
    boolean isUnchanged(LogOrigin origin, boolean inUse) throws IOException {
        LogOrigin now = origins.read();
        return inUse
                ? now.firstSegment() == origin.firstSegment() && now.incarnation() == origin.incarnation()
                : now.equals(origin) && !owner.isPresent();
    }
}
