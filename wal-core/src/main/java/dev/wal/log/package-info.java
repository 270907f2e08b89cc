/**
 * Order and durability. A {@link dev.wal.log.Batch} goes down: {@link dev.wal.log.Log} stages it at the {@link dev.wal.log.Tail} under a short lock,
 * the {@link dev.wal.log.GroupForce} writes and forces what was staged in the thread of one of the committers, and the {@link
 * dev.wal.log.CommitQueue} hands batches back in log order. Payloads are opaque but for (partition, count). Imports {@code segment},
 * {@code storage} and {@code common}.
 *
 * <p>Locks, in the order in which they may be taken: roll, write, append (all in {@code Tail}); completion (in {@code CommitQueue}) is taken with none of
 * them held. See docs/concurrency.md.
 */
@NullMarked
package dev.wal.log;

import org.jspecify.annotations.NullMarked;
