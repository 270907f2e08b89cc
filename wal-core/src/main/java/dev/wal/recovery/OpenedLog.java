package dev.wal.recovery;

import dev.wal.checkpoint.Manifest;
import dev.wal.log.Log;

/**
 * A log that is open for writing.
 *
 * @param manifest as it was written for this open
 */
public record OpenedLog(Log log, Manifest manifest, RecoveryReport report) {}
