package dev.wal.log;

import dev.wal.common.WalCorruptedException;
import dev.wal.segment.Segment;
import dev.wal.segment.SegmentFormat;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the segments of a damaged log, as many as there are. A damaged header is made up from the name of the file and its neighbours, which is safe: each
 * frame names the log, its segment and its position, so that no frame is believed that does not belong there.
 */
final class LenientSegmentFiles {
    private final Storage storage;
    private final long logId;
    private final Consumer<UnreadableRange> unreadable;

    LenientSegmentFiles(Storage storage, long logId, Consumer<UnreadableRange> unreadable) {
        this.storage = storage;
        this.logId = logId;
        this.unreadable = unreadable;
    }

    /** The segments from a number on, oldest first; numbers may be left out. What is missing or damaged is reported. */
    List<SegmentHeader> from(int firstSegment) throws IOException {
        Map<Integer, Long> sizes = new TreeMap<>();
        Map<Integer, SegmentHeader> valid = new TreeMap<>();
        Map<Integer, String> faults = new TreeMap<>();
        for (String name : storage.list()) {
            int number = FileNames.segmentNumber(name).orElse(0);
            if (number >= firstSegment) {
                sizes.put(number, size(name));
                read(name, number, valid, faults);
            }
        }
        List<SegmentHeader> found = new ArrayList<>();
        SegmentHeader previous = null;
        int expected = firstSegment;
        // Of the numbers that there are: the name of a stray file may have any.
        for (int number : sizes.keySet()) {
            if (number > expected) {
                reportMissing(expected, number - 1, previous, valid.get(number));
            }
            expected = number + 1;
            SegmentHeader header = valid.get(number);
            if (header == null) {
                header = makeUp(number, previous, valid.get(number + 1), sizes.getOrDefault(number, 0L));
                reportDamaged(number, previous, header, faults.getOrDefault(number, "the file cannot be read"));
                if (header == null) {
                    continue;
                }
            } else if (faults.containsKey(number)) {
                reportDamaged(number, previous, header, faults.getOrDefault(number, "the header is damaged"));
            }
            found.add(header);
            previous = header;
        }
        return found;
    }

    private long size(String name) throws IOException {
        try (StorageFile file = storage.open(name)) {
            return file.size();
        }
    }

    private void read(String name, int number, Map<Integer, SegmentHeader> valid, Map<Integer, String> faults)
            throws IOException {
        try {
            SegmentHeader header = Segment.readHeaderFields(storage, name);
            if (header.logId() != logId) {
                faults.put(number, "the file belongs to another log");
            } else if (header.number() != number) {
                faults.put(number, "the file was written as segment " + header.number());
            } else {
                valid.put(number, header);
                Segment.readHeader(storage, name);
            }
        } catch (WalCorruptedException e) {
            faults.put(
                    number,
                    valid.containsKey(number)
                            ? "bytes of the header that must be zero are not"
                            : "the header of the segment is damaged");
        }
    }

    private @Nullable SegmentHeader makeUp(
            int number, @Nullable SegmentHeader previous, @Nullable SegmentHeader next, long fileSize) {
        long base;
        if (number == 1) {
            base = 0;
        } else if (previous != null && previous.number() == number - 1) {
            base = previous.endPosition();
        } else if (next != null) {
            base = next.basePosition() - fileSize;
        } else {
            return null;
        }
        long size = next == null ? fileSize : next.basePosition() - base;
        if (base < 0 || size < SegmentFormat.MIN_SIZE || size > SegmentFormat.MAX_SIZE) {
            return null;
        }
        return new SegmentHeader(number, logId, base, (int) size);
    }

    private void reportDamaged(
            int number, @Nullable SegmentHeader previous, @Nullable SegmentHeader madeUp, String fault) {
        long position = madeUp != null ? madeUp.basePosition() : endBefore(number, previous);
        long bytes = madeUp == null ? 0 : SegmentFormat.HEADER_SIZE;
        unreadable.accept(new UnreadableRange(FileNames.segment(number), 0, position, bytes, fault));
    }

    /** Reports a run of missing files as one range. */
    private void reportMissing(int from, int to, @Nullable SegmentHeader previous, @Nullable SegmentHeader next) {
        long position = endBefore(from, previous);
        long bytes = position < 0 || next == null ? 0 : Math.max(0, next.basePosition() - position);
        String fault = from == to
                ? "the file is missing"
                : "the file and those behind it up to " + FileNames.segment(to) + " are missing";
        unreadable.accept(new UnreadableRange(FileNames.segment(from), 0, position, bytes, fault));
    }

    /** Where a segment begins if the one before is known, or −1. */
    private static long endBefore(int number, @Nullable SegmentHeader previous) {
        if (number == 1) {
            return 0;
        }
        return previous != null && previous.number() == number - 1 ? previous.endPosition() : -1;
    }
}
