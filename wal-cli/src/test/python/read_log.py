#!/usr/bin/env python3
"""Lists the records of a write-ahead log, one JSON object a line, and says by its exit code how the log ends:
0 clean, 10 torn, 20 corrupt, 30 no log that can be read.

Written after docs/format.md alone, with nothing but the standard library: what it reads proves that the page is enough. It reads
a log that nobody has open, and does not look into snapshots.
"""
import base64
import json
import math
import os
import re
import struct
import sys

ALIGNMENT = 8
SEGMENT_HEADER = 4096
FRAME_HEADER = 48
ENTRY = 16
BATCH, MARK, SEAL = 1, 2, 3
NO_TRANSACTION = -(1 << 63)


def make_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


TABLE = make_table()


def crc32c(*parts):
    crc = 0xFFFFFFFF
    for part in parts:
        for byte in part:
            crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


class Corrupt(Exception):
    pass


class Unreadable(Exception):
    pass


class Cursor:
    """Takes values off bytes, one behind the other."""

    def __init__(self, data, at=0):
        self.data = data
        self.at = at

    def take(self, form):
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values[0] if len(values) == 1 else values

    def bytes(self, length):
        if self.at + length > len(self.data):
            raise Corrupt("content ends early")
        taken = self.data[self.at:self.at + length]
        self.at += length
        return taken

    def text(self, form):
        return self.bytes(self.take(form)).decode("utf-8")


class Manifest:
    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        if len(data) < 52 or data[:8] != b"DEVWALMF":
            raise Corrupt("manifest does not begin as one")
        if struct.unpack("<I", data[-4:])[0] != crc32c(data[:-4]):
            raise Corrupt("checksum of the manifest does not match")
        cursor = Cursor(data[:-4], 8)
        version, must, _ = cursor.take("III")
        if version != 1 or must != 0:
            raise Unreadable("manifest of version %d, features %x" % (version, must))
        partitions, log_id, self.incarnation, self.first_segment, self.mark = cursor.take("IqIIq")
        self.log_id = struct.pack("<q", log_id)
        self.partitions = partitions
        self.checkpoints = []
        for partition in range(partitions):
            _, count = cursor.take("qI")
            for _ in range(count):
                lsn, position, redo, time = cursor.take("qqqq")
                self.checkpoints.append((partition, lsn, position, redo, time, cursor.text("H")))
        if cursor.at != len(cursor.data):
            raise Corrupt("length of the manifest does not fit")


class Segment:
    def __init__(self, directory, name, number, manifest):
        with open(os.path.join(directory, name), "rb") as file:
            self.data = file.read()
        header = self.data[:64]
        if len(header) < 64 or header[:8] != b"DEVWALSG":
            raise Corrupt("%s does not begin as a segment" % name)
        if struct.unpack("<I", header[60:])[0] != crc32c(header[:60]):
            raise Corrupt("checksum of the header of %s does not match" % name)
        version, must, may, own_number, _, self.base, self.length = struct.unpack_from("<IIIIqqq", header, 8)
        if version != 1 or must != 0:
            raise Unreadable("%s has version %d, features %x" % (name, version, must))
        if any(self.data[64:SEGMENT_HEADER]) or (may == 0 and any(header[48:60])):
            raise Corrupt("the header of %s has bytes that must be zero and are not" % name)
        if own_number != number or header[24:32] != manifest.log_id:
            raise Corrupt("%s is not the segment of this log that it should be" % name)
        self.number = number
        self.short = len(self.data) < self.length
        self.actual = min(len(self.data), self.length)
        # What is missing at the end counts as zeros.
        self.data = self.data[:self.length].ljust(self.length, b"\0")
        self.end = self.base + self.length


class Frame:
    """A frame that is valid where it stands; None is made of anything else."""

    @staticmethod
    def at(segment, position, manifest):
        offset = position - segment.base
        if offset + FRAME_HEADER > segment.length:
            return None
        data = segment.data
        # The position is looked at first: nearly all places fail there.
        if struct.unpack_from("<q", data, offset + 16)[0] != position:
            return None
        (checksum, kind, flags, entries, length, payload_checksum, _, mark, incarnation, number, time) = struct.unpack_from(
            "<IBBHIIqqIIq", data, offset)
        header_end = offset + FRAME_HEADER + ENTRY * entries
        end = (header_end + length + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
        if number != segment.number or entries > manifest.partitions or header_end > segment.length:
            return None
        if checksum != crc32c(manifest.log_id, data[offset + 4:header_end]):
            return None
        if kind == BATCH:
            known = entries > 0 and length > 0 and flags & ~1 == 0
        else:
            known = kind in (MARK, SEAL) and entries == 0 and length == 0 and flags == 0
        if not known or end > segment.length or any(data[header_end + length:end]):
            return None
        payload = data[header_end:header_end + length]
        if length > 0 and payload_checksum != crc32c(payload):
            return None
        frame = Frame()
        frame.position, frame.end, frame.kind, frame.mark = position, segment.base + end, kind, mark
        frame.incarnation, frame.segment, frame.time, frame.payload = incarnation, number, time, payload
        frame.entries = [struct.unpack_from("<IIq", data, offset + FRAME_HEADER + ENTRY * n) for n in range(entries)]
        return frame


class Sequence:
    """Which frame may follow."""

    def __init__(self, partitions):
        self.next = {}
        self.incarnations = {}
        self.partitions = partitions
        self.incarnation = self.time = self.mark = 0

    def accept(self, frame):
        if frame.incarnation < self.incarnation or frame.time < self.time:
            return False
        if frame.mark < self.mark or frame.mark > frame.position:
            return False
        for partition, count, first in frame.entries:
            if partition >= self.partitions or count == 0:
                return False
            following = self.next.get(partition)
            if following is not None and first != following:
                if first < following or frame.incarnation <= self.incarnations[partition]:
                    return False
        for partition, count, first in frame.entries:
            self.next[partition] = first + count
            self.incarnations[partition] = frame.incarnation
        self.incarnation, self.time, self.mark = frame.incarnation, frame.time, frame.mark
        return True


def not_a_number(bits, digits, canonical):
    return "NaN" if bits == canonical else "NaN(%0*x)" % (digits, bits)


def number(value):
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def value(cursor):
    tag = cursor.take("B")
    if tag == 0:
        return None
    if tag == 1:
        return cursor.take("B") != 0
    if tag == 2:
        return cursor.take("q")
    if tag == 3:
        bits = cursor.take("Q")
        double = struct.unpack("<d", struct.pack("<Q", bits))[0]
        if math.isnan(double):
            return {"float64": not_a_number(bits, 16, 0x7FF8000000000000)}
        return {"float64": number(double)}
    if tag == 4:
        return cursor.text("I")
    if tag == 5:
        return {"bytes": base64.b64encode(cursor.bytes(cursor.take("I"))).decode("ascii")}
    if tag == 6:
        return {"timestamp": cursor.take("q")}
    if tag == 7:
        elements = []
        for _ in range(cursor.take("I")):
            bits = cursor.take("I")
            single = struct.unpack("<f", struct.pack("<I", bits))[0]
            elements.append(not_a_number(bits, 8, 0x7FC00000) if math.isnan(single) else number(single))
        return {"vector": elements}
    raise Corrupt("unknown tag %d" % tag)


def row(cursor):
    return [value(cursor) for _ in range(cursor.take("I"))]


def records(frame):
    lsns = {partition: first for partition, _, first in frame.entries}
    at = 0
    while at < len(frame.payload):
        length, kind, flags, partition, transaction = struct.unpack_from("<IBBHq", frame.payload, at)
        cursor = Cursor(frame.payload[at:at + length], 16)
        record = {
            "position": frame.position,
            "segment": frame.segment,
            "incarnation": frame.incarnation,
            "commitTime": frame.time,
            "partition": partition,
            "lsn": lsns[partition],
            "transaction": None if transaction == NO_TRANSACTION else transaction,
        }
        record.update(body(cursor, kind, flags, frame))
        if cursor.at != length:
            raise Corrupt("record at position %d is longer than its content" % frame.position)
        lsns[partition] += 1
        at += length
        yield record


def body(cursor, kind, flags, frame):
    if kind in (1, 2, 3):
        found = {"type": ("insert", "update", "delete")[kind - 1], "table": cursor.text("H"), "rowId": cursor.take("q")}
        if kind == 3:
            found["timestamp"] = cursor.take("q")
        if flags & 1:
            found["oldRow"] = row(cursor)
        if kind != 3:
            found["row"] = row(cursor)
        return found
    if kind == 4:
        return {"type": "begin", "isolationLevel": cursor.take("i")}
    if kind == 5:
        return {"type": "prepare"}
    if kind == 6:
        return {"type": "commit", "commitTs": cursor.take("q") if flags & 1 else frame.time}
    if kind == 7:
        return {"type": "rollback"}
    if kind == 8:
        return {"type": "rollbackTo", "operations": cursor.take("q")}
    if kind == 9:
        return {"type": "checkpoint", "checkpointLsn": cursor.take("q"), "redoPosition": cursor.take("q")}
    raise Corrupt("unknown record type %d" % kind)


def segments(directory, manifest):
    found = {}
    for name in os.listdir(directory):
        match = re.fullmatch(r"segment-(\d{10})\.wal", name)
        if match and int(match.group(1)) >= manifest.first_segment:
            found[int(match.group(1))] = name
    if not found and manifest.incarnation == 0:
        return []
    result = []
    for expected in range(manifest.first_segment, max(found, default=manifest.first_segment) + 1):
        if expected not in found:
            raise Corrupt("segment %d is missing" % expected)
        segment = Segment(directory, found[expected], expected, manifest)
        if result and segment.base != result[-1].end:
            raise Corrupt("segment %d does not begin where its predecessor ends" % expected)
        result.append(segment)
    return result


def valid_frames(rest, position, manifest):
    """All valid frames from a position on, whether they follow one another or not."""
    for segment in rest:
        at = max(position, segment.base + SEGMENT_HEADER)
        while at + FRAME_HEADER <= segment.end:
            frame = Frame.at(segment, at, manifest)
            if frame is not None:
                yield frame
            at = at + ALIGNMENT if frame is None else frame.end


def judge(segment, position, rest, manifest, sequence):
    offset = position - segment.base
    header = segment.data[offset:offset + FRAME_HEADER]
    zeros = not any(header) or offset + FRAME_HEADER > segment.length
    missing = segment.short and not (zeros and offset + FRAME_HEADER <= segment.actual)
    marks = [frame.mark for frame in valid_frames(rest, position, manifest)]
    highest = max(marks + [manifest.mark, sequence.mark])
    if missing or highest > position:
        return 20
    return 0 if zeros and not marks else 10


def read(directory, out):
    path = os.path.join(directory, "wal.manifest")
    if not os.path.exists(path):
        if os.path.isdir(directory) and any(re.match(r"(segment|snapshot)-", name) for name in os.listdir(directory)):
            raise Corrupt("the manifest is missing")
        raise Unreadable("no log in %s" % directory)
    manifest = Manifest(path)
    sequence = Sequence(manifest.partitions)
    live = segments(directory, manifest)
    for index, segment in enumerate(live):
        position = segment.base + SEGMENT_HEADER
        sealed = False
        while not sealed:
            frame = Frame.at(segment, position, manifest)
            if frame is not None and frame.incarnation > manifest.incarnation:
                raise Corrupt("the manifest is older than the log")
            if frame is None or not sequence.accept(frame):
                return judge(segment, position, live[index:], manifest, sequence)
            if frame.kind == BATCH:
                for record in records(frame):
                    out.write(json.dumps(record, ensure_ascii=False) + "\n")
            position = frame.end
            sealed = frame.kind == SEAL
    if live:
        raise Corrupt("the segment behind a seal is missing")
    return 0


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: read_log.py DIRECTORY")
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", closefd=False)
    try:
        code = read(sys.argv[1], out)
    except Corrupt as e:
        print("corrupt: %s" % e, file=sys.stderr)
        code = 20
    except (Unreadable, OSError) as e:
        print("unreadable: %s" % e, file=sys.stderr)
        code = 30
    out.flush()
    sys.exit(code)


if __name__ == "__main__":
    main()
