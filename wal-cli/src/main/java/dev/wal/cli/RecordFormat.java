package dev.wal.cli;

import dev.wal.recovery.LoggedRecord;

/** How records are listed, each in one line. */
enum RecordFormat {
    TEXT,
    JSON;

    String line(LoggedRecord record) {
        return switch (this) {
            case TEXT -> TextRecords.line(record);
            case JSON -> JsonRecords.line(record);
        };
    }
}
