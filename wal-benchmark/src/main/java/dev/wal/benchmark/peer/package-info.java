/**
 * What users could take instead of the log, each by its public API and behind {@link dev.wal.benchmark.Contender}; and the check that each of them really forces what it calls durable.
 */
@NullMarked
package dev.wal.benchmark.peer;

import org.jspecify.annotations.NullMarked;
