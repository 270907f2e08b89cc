/**
 * Bytes back to meaning: opens a log, tells winners from losers, and hands over what was committed. Imports {@code checkpoint}, {@code log},
 * {@code record} and what is below.
 */
@NullMarked
package dev.wal.recovery;

import org.jspecify.annotations.NullMarked;
