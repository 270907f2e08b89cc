package dev.wal.recovery;

import dev.wal.checkpoint.Manifest;
import dev.wal.log.Log;
import java.util.List;

/**
 * A log that is open for writing.
 *
 * @param manifest as it was written for this open
 * @param inDoubt prepared transactions without an outcome, in the order in which they were prepared
 */
public record OpenedLog(Log log, Manifest manifest, RecoveryReport report, List<PreparedFrames> inDoubt) {}
