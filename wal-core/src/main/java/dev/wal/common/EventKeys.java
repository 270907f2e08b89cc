package dev.wal.common;

/** Names of the key-value pairs of log messages, so that a collector finds the same thing under the same name. */
public final class EventKeys {
    /** Directory of the log, absolute. */
    public static final String DIRECTORY = "wal.directory";

    public static final String PARTITION = "wal.partition";

    /** Of the first record that the message is not about any more. */
    public static final String LSN = "wal.lsn";

    public static final String POSITION = "wal.position";

    public static final String TRANSACTIONS = "wal.transactions";

    /** How long it took, in milliseconds. */
    public static final String MILLIS = "wal.millis";

    /** Id of a consumer. */
    public static final String CONSUMER = "wal.consumer";

    private EventKeys() {}
}
