package dev.wal.interleaving;

import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Files of one run, which know what of them was forced. A force takes a while, during which others go on. */
public final class HeapFiles implements Storage {
    private static final int BLOCK = 8;
    private static final String SEGMENT_SUFFIX = ".wal";

    private final Path directory = Path.of("/heap/wal");
    private final Map<String, Content> files = new TreeMap<>();
    private final Set<String> made = new HashSet<>();
    private final Set<String> madeTwice = new HashSet<>();
    private int logForces;
    private int failingLogForce;

    private static final class Content {
        private byte[] bytes = new byte[0];

        /** For each block the number of the last write to it. */
        private long[] lastWrites = new long[0];

        private long writes;
        private long forcedWrites;
    }

    /** Has one force of a segment fail, counted from 1 from now on. */
    public void failLogForce(int number) {
        logForces = 0;
        failingLogForce = number;
    }

    /** Whether bytes of a file have been forced since they were last written. */
    public boolean isForced(String name, long from, long to) {
        Content content = files.get(name);
        for (long block = from / BLOCK; block < to / BLOCK; block++) {
            if (content.lastWrites[(int) block] > content.forcedWrites) {
                return false;
            }
        }
        return true;
    }

    /** Names of segments that were created more than once. */
    public Set<String> madeTwice() {
        return madeTwice;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public void createDirectory() {}

    @Override
    public List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public long size(String name) {
        Content content = files.get(name);
        return content == null ? -1 : content.bytes.length;
    }

    @Override
    public StorageFile create(String name) {
        Scheduler.step();
        Content content = new Content();
        files.put(name, content);
        return new Handle(content);
    }

    @Override
    public StorageFile open(String name) throws IOException {
        Scheduler.step();
        Content content = files.get(name);
        if (content == null) {
            throw new FileNotFoundException(name);
        }
        return new Handle(content);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Scheduler.step();
        Content content = files.remove(from);
        if (content == null) {
            throw new FileNotFoundException(from);
        }
        files.put(to, content);
        if (to.endsWith(SEGMENT_SUFFIX) && !made.add(to)) {
            madeTwice.add(to);
        }
    }

    @Override
    public void delete(String name) {
        Scheduler.step();
        files.remove(name);
    }

    @Override
    public void forceDirectory() {
        Scheduler.step();
    }

    @Override
    public Closeable lock(Duration wait) {
        return () -> {};
    }

    private final class Handle implements StorageFile {
        private final Content content;
        private boolean closed;

        private Handle(Content content) {
            this.content = content;
        }

        private void begin() throws IOException {
            Scheduler.step();
            if (closed) {
                throw new ClosedChannelException();
            }
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            begin();
            int count = (int) Math.max(0, Math.min(target.remaining(), content.bytes.length - offset));
            target.put(content.bytes, (int) Math.min(offset, content.bytes.length), count);
            return count;
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            begin();
            int end = (int) offset + source.remaining();
            if (end > content.bytes.length) {
                content.bytes = Arrays.copyOf(content.bytes, end);
                content.lastWrites = Arrays.copyOf(content.lastWrites, end / BLOCK);
            }
            content.writes++;
            Arrays.fill(content.lastWrites, (int) offset / BLOCK, end / BLOCK, content.writes);
            source.get(content.bytes, (int) offset, source.remaining());
        }

        @Override
        public void force() throws IOException {
            begin();
            long covered = content.writes;
            boolean ofTheLog = files.entrySet().stream()
                    .anyMatch(
                            file -> file.getValue() == content && file.getKey().endsWith(SEGMENT_SUFFIX));
            if (ofTheLog && ++logForces == failingLogForce) {
                throw new IOException("injected");
            }
            Scheduler.step();
            Scheduler.step();
            content.forcedWrites = covered;
        }

        @Override
        public long size() {
            return content.bytes.length;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
