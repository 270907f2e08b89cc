/**
 * Files, their durability, and who owns a directory. {@link dev.wal.storage.Storage} is the port that tests replace to make disks fail.
 * Imports only {@code common}. Bytes flow down from segments, checkpoints and snapshots; failures flow up as {@link
 * java.io.IOException}.
 */
@NullMarked
package dev.wal.storage;

import org.jspecify.annotations.NullMarked;
