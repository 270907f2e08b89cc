/**
 * What each partition has made obsolete, and the manifest that remembers it. Imports {@code storage} and {@code common};
 * nothing else: what it answers about retention is asked by the layers above.
 */
@NullMarked
package dev.wal.checkpoint;

import org.jspecify.annotations.NullMarked;
