#!/usr/bin/env python3
"""Lists what a log holds of the table journal, by the reader that was written after docs/format.md alone: a line for each entry of a committed
transaction, and last how the log ends.

    journal.py DIRECTORY_OF_READ_LOG DIRECTORY_OF_THE_LOG

    entry THREAD NUMBER PARTITION INDEX CHECKSUM
    verdict CLEAN|TORN|CORRUPT|UNREADABLE

A transaction is left out if its first records have been dropped.
"""
import base64
import json
import sys
import zlib

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import read_log

VERDICTS = {0: "CLEAN", 10: "TORN"}


class Journal:
    """Takes records as the reader writes them."""

    def __init__(self):
        self.open = {}
        self.committed = []
        self.cut = set()

    def write(self, line):
        record = json.loads(line)
        transaction = record["transaction"]
        part = (record["partition"], transaction)
        kind = record["type"]
        if kind == "begin":
            self.open[part] = []
        elif kind == "rollback":
            self.open.pop(part, None)
        elif kind == "checkpoint":
            pass
        elif part not in self.open:
            self.cut.add(transaction)
        elif kind == "commit":
            self.committed.append((transaction, record["partition"], self.open.pop(part)))
        elif kind in ("insert", "update", "delete"):
            self.open[part].append(record)
        else:
            raise ValueError("nobody writes a record of type " + kind)

    def entries(self):
        for transaction, partition, records in self.committed:
            if transaction in self.cut:
                continue
            for record in records:
                if record["table"] == "journal":
                    thread, number, index, content = record["row"]
                    yield thread, number, partition, index, zlib.crc32(base64.b64decode(content["bytes"]))


def main():
    journal = Journal()
    try:
        verdict = VERDICTS.get(read_log.read(sys.argv[2], journal), "CORRUPT")
    except read_log.Corrupt as e:
        verdict = "CORRUPT"
        print(e, file=sys.stderr)
    except (read_log.Unreadable, OSError) as e:
        verdict = "UNREADABLE"
        print(e, file=sys.stderr)
    for entry in journal.entries():
        print("entry", *entry)
    print("verdict", verdict)


if __name__ == "__main__":
    main()
