package dev.wal;

import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds frames in segment files and damages files. Written after docs/format.md, not after the engine. */
final class LogBytes {
    static final int SEGMENT_HEADER_SIZE = 4096;
    static final int FRAME_HEADER_SIZE = 48;
    private static final int ENTRY_SIZE = 16;

    private LogBytes() {}

    /** Where a frame is, and what it says about the rest of the log. Offsets are from the beginning of its file. */
    record FrameAt(String file, int offset, int type, int entries, int payloadLength, long position, long mark) {
        int headerSize() {
            return FRAME_HEADER_SIZE + entries * ENTRY_SIZE;
        }

        int payloadOffset() {
            return offset + headerSize();
        }

        int end() {
            return offset + (headerSize() + payloadLength + 7) / 8 * 8;
        }

        long endPosition() {
            return position + end() - offset;
        }

        boolean isBatch() {
            return type == 1;
        }

        boolean isMark() {
            return type == 2;
        }
    }

    /** All frames of a log that is not damaged. */
    static List<FrameAt> frames(MemoryStorage storage) {
        List<FrameAt> frames = new ArrayList<>();
        for (String name : segments(storage)) {
            ByteBuffer bytes = ByteBuffer.wrap(storage.bytes(name)).order(ByteOrder.LITTLE_ENDIAN);
            int offset = SEGMENT_HEADER_SIZE;
            while (offset + FRAME_HEADER_SIZE <= bytes.limit() && bytes.get(offset + 4) != 0) {
                FrameAt frame = new FrameAt(
                        name,
                        offset,
                        bytes.get(offset + 4),
                        Short.toUnsignedInt(bytes.getShort(offset + 6)),
                        bytes.getInt(offset + 8),
                        bytes.getLong(offset + 16),
                        bytes.getLong(offset + 24));
                frames.add(frame);
                offset = frame.end();
            }
        }
        return frames;
    }

    static List<FrameAt> batches(MemoryStorage storage) {
        return frames(storage).stream().filter(FrameAt::isBatch).toList();
    }

    static List<String> segments(MemoryStorage storage) {
        return storage.list().stream()
                .filter(name -> FileNames.segmentNumber(name).isPresent())
                .toList();
    }

    /** Segments with frames. */
    static List<String> usedSegments(MemoryStorage storage) {
        return frames(storage).stream().map(FrameAt::file).distinct().toList();
    }

    static void flipBit(MemoryStorage storage, String name, int offset, int bit) {
        byte[] bytes = storage.bytes(name);
        bytes[offset] ^= (byte) (1 << bit);
        storage.put(name, bytes);
    }

    static void truncate(MemoryStorage storage, String name, int length) {
        storage.put(name, Arrays.copyOf(storage.bytes(name), length));
    }

    /** Overwrites a part of a file with zeros. */
    static void zero(MemoryStorage storage, String name, int from, int to) {
        byte[] bytes = storage.bytes(name);
        Arrays.fill(bytes, from, to, (byte) 0);
        storage.put(name, bytes);
    }
}
