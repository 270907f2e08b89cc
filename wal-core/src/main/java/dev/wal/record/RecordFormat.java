package dev.wal.record;

/** Offsets and types of records; see docs/format.md, "Payload: records". */
final class RecordFormat {
    static final int LENGTH_OFFSET = 0;
    static final int TYPE_OFFSET = 4;
    static final int FLAGS_OFFSET = 5;
    static final int PARTITION_OFFSET = 6;
    static final int TRANSACTION_OFFSET = 8;
    static final int BODY_OFFSET = 16;

    static final byte INSERT = 1;
    static final byte UPDATE = 2;
    static final byte DELETE = 3;
    static final byte BEGIN = 4;
    static final byte PREPARE = 5;
    static final byte COMMIT = 6;
    static final byte ROLLBACK = 7;
    static final byte ROLLBACK_TO = 8;
    static final byte CHECKPOINT = 9;

    /** An old row, or a commit time of the caller's own, is present. */
    static final int HAS_OPTIONAL = 1;

    static final int NO_TRANSACTION_FLAG = 2;

    static final byte NULL = 0;
    static final byte BOOL = 1;
    static final byte INT64 = 2;
    static final byte FLOAT64 = 3;
    static final byte TEXT = 4;
    static final byte BYTES = 5;
    static final byte TIMESTAMP = 6;
    static final byte VECTOR = 7;

    private RecordFormat() {}
}
