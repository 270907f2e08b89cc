package dev.wal.checkpoint;

/**
 * How far a consumer of the log has come.
 *
 * @param id of the consumer
 * @param position commits before it were handed over and acknowledged
 * @param redoPosition no record of a transaction that was undecided at that position lies before; the same position if there was none
 */
public record ConsumerPosition(String id, long position, long redoPosition) {}
