package dev.wal.storage;

import dev.wal.common.WalLockedException;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;

/**
 * {@link Storage} in memory that can lose power, fail and stall.
 *
 * <p>What was forced survives {@link #powerCut(Random)}; of what was written since, each sector survives in any version that it had;
 * of what was created, renamed and deleted since the directory was forced, any part survives in which no file skips a step of its own: file
 * systems order what happens to one file, not what happens to several. A failed force keeps its bytes readable,
 * but a later force does not make them durable unless they are written again, as on Linux. A failed write leaves the first half of its bytes,
 * or {@linkplain #leavingOfFailedWrites(Random) any number of them}.
 */
public final class MemoryStorage implements Storage {
    /** What can be asked of the storage. */
    public enum Op {
        CREATE,
        OPEN,
        READ,
        WRITE,
        FORCE,
        RENAME,
        DELETE,
        FORCE_DIRECTORY
    }

    /** One call, before it has an effect. */
    public record Call(Op op, String file) {
        public boolean is(Op other) {
            return op == other;
        }

        /** Whether it is of the log itself: neither of a manifest nor of a segment that is being made. */
        public boolean isOfTheLog() {
            return FileNames.segmentNumber(file).isPresent();
        }

        /** Whether it forces the log itself: neither a manifest nor a segment that is being made. */
        public boolean forcesTheLog() {
            return is(Op.FORCE) && isOfTheLog();
        }
    }

    /** Makes calls fail, by throwing. */
    @FunctionalInterface
    public interface Fault {
        void before(Call call) throws IOException;
    }

    private final Path directory;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Call, AtomicLong> counts = new ConcurrentHashMap<>();
    private final List<Hold> holds = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicLong> closings = new ConcurrentHashMap<>();
    private final AtomicInteger openFiles = new AtomicInteger();
    private final AtomicInteger mostOpenFiles = new AtomicInteger();
    private final AtomicLong bytesRead = new AtomicLong();
    private volatile Fault fault = call -> {};
    private volatile IntUnaryOperator leftOfFailedWrite = length -> length / 2;

    // Guarded by lock.
    private final Map<String, MemoryContent> files = new TreeMap<>();
    private final Map<String, MemoryContent> durableFiles = new TreeMap<>();
    private final List<DirectoryChange> unforcedChanges = new ArrayList<>();
    private boolean locked;

    private record DirectoryChange(Op op, String name, String newName, MemoryContent content) {
        private void applyTo(Map<String, MemoryContent> target) {
            switch (op) {
                case CREATE -> target.put(name, content);
                case DELETE -> target.remove(name, content);
                case RENAME -> {
                    target.remove(name, content);
                    target.put(newName, content);
                }
                default -> throw new AssertionError(op);
            }
        }
    }

    public MemoryStorage() {
        this(Path.of("/memory/wal"));
    }

    private MemoryStorage(Path directory) {
        this.directory = directory;
    }

    // Crashes.

    /** What another process finds after this one was killed: everything that was written, durable or not. */
    public MemoryStorage kill() {
        return locked(() -> {
            MemoryStorage copy = new MemoryStorage(directory);
            Map<MemoryContent, MemoryContent> copies = new IdentityHashMap<>();
            files.forEach(
                    (name, content) -> copy.files.put(name, copies.computeIfAbsent(content, MemoryContent::copy)));
            durableFiles.forEach((name, content) ->
                    copy.durableFiles.put(name, copies.computeIfAbsent(content, MemoryContent::copy)));
            for (DirectoryChange change : unforcedChanges) {
                MemoryContent content = copies.computeIfAbsent(change.content(), MemoryContent::copy);
                copy.unforcedChanges.add(new DirectoryChange(change.op(), change.name(), change.newName(), content));
            }
            return copy;
        });
    }

    /** What is found after the power was lost. */
    public MemoryStorage powerCut(Random random) {
        return locked(() -> {
            Map<String, MemoryContent> survivors = new TreeMap<>(durableFiles);
            someOf(unforcedChanges, random).forEach(change -> change.applyTo(survivors));
            MemoryStorage after = new MemoryStorage(directory);
            survivors.forEach((name, content) -> {
                MemoryContent survivor = content.afterPowerCut(random);
                after.files.put(name, survivor);
                after.durableFiles.put(name, survivor);
            });
            return after;
        });
    }

    /** What is found after the power was lost, if of some files nothing unforced survives, and of the others and of the directory everything. */
    public MemoryStorage powerCutLosing(Predicate<String> lost) {
        return locked(() -> {
            MemoryStorage after = new MemoryStorage(directory);
            files.forEach((name, content) -> {
                MemoryContent survivor =
                        lost.test(name) ? content.withoutUnforced() : MemoryContent.durable(name, content.bytes());
                after.files.put(name, survivor);
                after.durableFiles.put(name, survivor);
            });
            return after;
        });
    }

    /** A prefix, or any part in which each file has a prefix of what happened to it. */
    private static List<DirectoryChange> someOf(List<DirectoryChange> changes, Random random) {
        if (random.nextBoolean()) {
            return changes.subList(0, random.nextInt(changes.size() + 1));
        }
        Set<MemoryContent> stopped = Collections.newSetFromMap(new IdentityHashMap<>());
        List<DirectoryChange> some = new ArrayList<>();
        for (DirectoryChange change : changes) {
            if (stopped.contains(change.content()) || random.nextInt(3) == 0) {
                stopped.add(change.content());
            } else {
                some.add(change);
            }
        }
        return some;
    }

    // Faults.

    /** Has a fault decide about each call from now on. */
    public void failBy(Fault newFault) {
        fault = newFault;
    }

    /** Has a call of a kind fail once, counting from 1. */
    public void failOnce(int number, Predicate<Call> which) {
        AtomicInteger calls = new AtomicInteger();
        failBy(call -> {
            if (which.test(call) && calls.incrementAndGet() == number) {
                throw new IOException("injected into " + call);
            }
        });
    }

    /** Has a call of a kind, counting from 1, and every later call of any kind fail. */
    public void failFrom(int number, Predicate<Call> which) {
        AtomicInteger calls = new AtomicInteger();
        failBy(call -> {
            if (calls.get() >= number || which.test(call) && calls.incrementAndGet() >= number) {
                throw new IOException("injected into " + call);
            }
        });
    }

    public void heal() {
        failBy(call -> {});
    }

    /** Has failed writes leave any number of their bytes, from none to all. */
    public void leavingOfFailedWrites(Random random) {
        leftOfFailedWrite = length -> random.nextInt(length + 1);
    }

    /** Has failed writes leave as many of their bytes as is said. */
    public void leavingOfFailedWrites(IntUnaryOperator bytes) {
        leftOfFailedWrite = bytes;
    }

    /** Has calls of a kind wait, before they have an effect. */
    public Hold hold(Predicate<Call> which) {
        Hold hold = new Hold(which);
        holds.add(hold);
        return hold;
    }

    private void call(Op op, String file) throws IOException {
        Call call = new Call(op, file);
        counts.computeIfAbsent(call, key -> new AtomicLong()).incrementAndGet();
        for (Hold hold : holds) {
            hold.passIfReleased(call);
        }
        fault.before(call);
    }

    // What happened.

    /** How many calls of a kind there were. */
    public long count(Predicate<Call> which) {
        return counts.entrySet().stream()
                .filter(entry -> which.test(entry.getKey()))
                .mapToLong(entry -> entry.getValue().get())
                .sum();
    }

    /** How often the log was forced. */
    public long logForces() {
        return count(Call::forcesTheLog);
    }

    /** How often a file was closed. */
    public long closings(String name) {
        AtomicLong count = closings.get(name);
        return count == null ? 0 : count.get();
    }

    public long bytesRead() {
        return bytesRead.get();
    }

    public int openFiles() {
        return openFiles.get();
    }

    /** The most files that were open at once, since this was last asked. */
    public int mostOpenFiles() {
        return mostOpenFiles.getAndSet(openFiles.get());
    }

    // Tampering.

    /** A copy of the content of a file. */
    public byte[] bytes(String name) {
        return locked(() -> content(name).bytes());
    }

    /** Replaces a file by one that is durable at once. */
    public void put(String name, byte[] bytes) {
        locked(() -> {
            MemoryContent content = MemoryContent.durable(name, bytes);
            files.put(name, content);
            durableFiles.put(name, content);
            return content;
        });
    }

    /** Takes a file away for good. */
    public void remove(String name) {
        locked(() -> {
            durableFiles.remove(name);
            return files.remove(name);
        });
    }

    // The storage.

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public void createDirectory() {}

    @Override
    public List<String> list() {
        return locked(() -> List.copyOf(files.keySet()));
    }

    @Override
    public long size(String name) {
        return locked(() -> {
            MemoryContent content = files.get(name);
            return content == null ? -1 : content.length();
        });
    }

    @Override
    public StorageFile create(String name) throws IOException {
        call(Op.CREATE, name);
        MemoryContent content = new MemoryContent(name);
        change(new DirectoryChange(Op.CREATE, name, name, content));
        return new Handle(content);
    }

    @Override
    public StorageFile open(String name) throws IOException {
        call(Op.OPEN, name);
        MemoryContent content = locked(() -> files.get(name));
        if (content == null) {
            throw new FileNotFoundException(name);
        }
        return new Handle(content);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        call(Op.RENAME, to);
        MemoryContent content = locked(() -> files.get(from));
        if (content == null) {
            throw new FileNotFoundException(from);
        }
        change(new DirectoryChange(Op.RENAME, from, to, content));
        locked(() -> content.name = to);
    }

    @Override
    public void delete(String name) throws IOException {
        call(Op.DELETE, name);
        MemoryContent content = locked(() -> files.get(name));
        if (content != null) {
            change(new DirectoryChange(Op.DELETE, name, name, content));
        }
    }

    private void change(DirectoryChange change) {
        locked(() -> {
            change.applyTo(files);
            return unforcedChanges.add(change);
        });
    }

    @Override
    public void forceDirectory() throws IOException {
        int covered = locked(unforcedChanges::size);
        call(Op.FORCE_DIRECTORY, "");
        locked(() -> {
            List<DirectoryChange> forced = unforcedChanges.subList(0, Math.min(covered, unforcedChanges.size()));
            forced.forEach(change -> change.applyTo(durableFiles));
            forced.clear();
            return covered;
        });
    }

    @Override
    public Closeable lock(Duration wait) {
        boolean free = locked(() -> {
            boolean was = !locked;
            locked = true;
            return was;
        });
        if (!free) {
            throw new WalLockedException(directory + " is in use by another open log of this process");
        }
        return () -> locked(() -> locked = false);
    }

    private MemoryContent content(String name) {
        MemoryContent content = files.get(name);
        if (content == null) {
            throw new AssertionError("no file " + name + " in " + files.keySet());
        }
        return content;
    }

    private <T> T locked(java.util.function.Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private final class Handle implements StorageFile {
        private final MemoryContent content;
        private volatile boolean closed;

        private Handle(MemoryContent content) {
            this.content = content;
            mostOpenFiles.accumulateAndGet(openFiles.incrementAndGet(), Math::max);
        }

        /** A thread that is held has not come to the file yet: it may find it closed. */
        private void begin(Op op) throws IOException {
            call(op, content.name);
            if (closed) {
                throw new ClosedChannelException();
            }
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            begin(Op.READ);
            int count = locked(() -> content.read(target, offset));
            bytesRead.addAndGet(count);
            return count;
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            try {
                begin(Op.WRITE);
            } catch (Throwable e) {
                source.limit(source.position() + leftOfFailedWrite.applyAsInt(source.remaining()));
                locked(() -> content.write(source, offset));
                throw e;
            }
            locked(() -> content.write(source, offset));
        }

        @Override
        public void force() throws IOException {
            long covered = locked(content::writes);
            try {
                begin(Op.FORCE);
            } catch (Throwable e) {
                locked(() -> content.forced(covered, false));
                throw e;
            }
            locked(() -> content.forced(covered, true));
        }

        @Override
        public long size() {
            return locked(content::length);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                openFiles.decrementAndGet();
                closings.computeIfAbsent(content.name, key -> new AtomicLong()).incrementAndGet();
            }
        }
    }
}
