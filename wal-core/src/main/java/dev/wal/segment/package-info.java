/**
 * One file of the log: its header, the frames in it, and the verdict on where they end. Imports {@code storage} and {@code common}. Payloads are
 * opaque here.
 */
@NullMarked
package dev.wal.segment;

import org.jspecify.annotations.NullMarked;
