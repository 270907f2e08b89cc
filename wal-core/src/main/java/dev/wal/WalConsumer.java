package dev.wal;

/**
 * A consumer of the log that is known by an id.
 *
 * @param id chosen by whoever made it
 * @param position commits before it are acknowledged; −1 if the file that says so cannot be read
 * @param retainedFrom the log is kept from this position on for the consumer, as far as {@link WalOptions#maxRetainedForConsumers()} allows
 * @param active whether a tailer of it is open
 */
public record WalConsumer(String id, long position, long retainedFrom, boolean active) {}
