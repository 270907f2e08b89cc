package dev.wal.storage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The bytes of a file in {@link MemoryStorage}, as the operating system shows them and as the disk has them. Guarded by its lock. */
final class MemoryContent {
    private static final int SECTOR_SIZE = 512;

    volatile String name;
    private byte[] bytes = new byte[0];
    private int length;
    private byte[] durable = new byte[0];
    private long writes;

    /** What each sector contained since it was last durable, oldest first. */
    private final Map<Integer, List<Version>> unforced = new TreeMap<>();

    /** Content of a sector after a write; once a force of it has failed, no other force makes it durable. */
    private record Version(long write, byte[] sector, boolean lost) {}

    MemoryContent(String name) {
        this.name = name;
    }

    static MemoryContent durable(String name, byte[] bytes) {
        MemoryContent content = new MemoryContent(name);
        content.bytes = bytes.clone();
        content.length = bytes.length;
        content.durable = bytes.clone();
        return content;
    }

    MemoryContent copy() {
        MemoryContent copy = new MemoryContent(name);
        copy.bytes = bytes.clone();
        copy.length = length;
        copy.durable = durable.clone();
        copy.writes = writes;
        unforced.forEach((sector, versions) -> copy.unforced.put(sector, new ArrayList<>(versions)));
        return copy;
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    long length() {
        return length;
    }

    /** How many writes there were. */
    long writes() {
        return writes;
    }

    int read(ByteBuffer target, long offset) {
        int count = (int) Math.max(0, Math.min(target.remaining(), length - offset));
        if (count > 0) {
            target.put(bytes, (int) offset, count);
        }
        return count;
    }

    int write(ByteBuffer source, long offset) {
        int count = source.remaining();
        int start = (int) offset;
        if (start + count > bytes.length) {
            int sectors = (start + count + SECTOR_SIZE - 1) / SECTOR_SIZE;
            bytes = Arrays.copyOf(bytes, Math.max(sectors * SECTOR_SIZE, bytes.length * 2));
        }
        source.get(bytes, start, count);
        length = Math.max(length, start + count);
        writes++;
        for (int sector = start / SECTOR_SIZE; sector * SECTOR_SIZE < start + count; sector++) {
            byte[] content = Arrays.copyOfRange(bytes, sector * SECTOR_SIZE, (sector + 1) * SECTOR_SIZE);
            unforced.computeIfAbsent(sector, key -> new ArrayList<>(1)).add(new Version(writes, content, false));
        }
        return count;
    }

    /** Ends a force that covers so many writes. */
    boolean forced(long covered, boolean succeeded) {
        if (succeeded && durable.length < length) {
            durable = Arrays.copyOf(durable, length);
        }
        unforced.entrySet().removeIf(entry -> {
            List<Version> versions = entry.getValue();
            int count = 0;
            while (count < versions.size() && versions.get(count).write() <= covered) {
                Version version = versions.get(count);
                if (!succeeded) {
                    versions.set(count, new Version(version.write(), version.sector(), true));
                }
                count++;
            }
            return succeeded && makeDurable(entry.getKey(), versions, count);
        });
        return succeeded;
    }

    /** Makes the last of the first versions of a sector durable, unless a force of it has failed; returns whether none is left. */
    private boolean makeDurable(int sector, List<Version> versions, int count) {
        if (count > 0 && !versions.get(count - 1).lost()) {
            put(durable, sector, versions.get(count - 1).sector());
            versions.subList(0, count).clear();
        }
        return versions.isEmpty();
    }

    private static void put(byte[] target, int sector, byte[] content) {
        int start = sector * SECTOR_SIZE;
        if (start < target.length) {
            System.arraycopy(content, 0, target, start, Math.min(SECTOR_SIZE, target.length - start));
        }
    }

    /** What the disk has if nothing survived that was not forced. */
    MemoryContent withoutUnforced() {
        return durable(name, durable);
    }

    /** What the disk has after a power cut: of each sector the durable content, or any later one. */
    MemoryContent afterPowerCut(Random random) {
        byte[] survived =
                Arrays.copyOf(durable, random.nextBoolean() ? Math.max(length, durable.length) : durable.length);
        int chance = random.nextInt(5);
        unforced.forEach((sector, versions) -> {
            // All, nothing, or anything of what was not forced.
            if (chance == 4) {
                put(survived, sector, versions.get(versions.size() - 1).sector());
            } else if (chance > 0 && random.nextInt(4) < chance) {
                put(
                        survived,
                        sector,
                        versions.get(random.nextInt(versions.size())).sector());
            }
        });
        return durable(name, survived);
    }
}
