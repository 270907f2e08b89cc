/**
 * Order and durability. The path of a batch, by file: {@link dev.wal.log.Committer} takes a {@link dev.wal.log.Batch} to the level that it asks for; {@link
 * dev.wal.log.Tail} stages it under a short lock, where {@link dev.wal.log.Sequencer} gives it its place; {@link dev.wal.log.GroupForce} chooses one of the
 * committers, which has {@link dev.wal.log.TailWriter} write and {@link dev.wal.log.TailForce} force all that was staged; {@link dev.wal.log.CommitQueue} hands
 * batches back in log order. Payloads are opaque but for (partition, count). Imports {@code segment}, {@code storage} and {@code common}.
 *
 * <p>Locks, in the order in which they may be taken: completion ({@code CommitQueue}), then roll, write, append ({@code TailState}). See docs/concurrency.md.
 */
@NullMarked
package dev.wal.log;

import org.jspecify.annotations.NullMarked;
