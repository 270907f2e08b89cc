package dev.wal;

import dev.wal.checkpoint.ConsumerPosition;
import dev.wal.checkpoint.ConsumerStore;
import dev.wal.common.EventKeys;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalException;
import dev.wal.common.WalStorageException;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumers of a log and how far they have come, in memory and in their files. Safe for use by several threads.
 *
 * <p>A checkpoint holds the lock from when it asks which segments consumers need until those that nobody needs are dropped, so that a consumer cannot come up in between.
 */
final class Consumers {
    private static final Logger logger = LoggerFactory.getLogger(Consumers.class);

    private final Storage storage;
    private final ConsumerStore store;
    private final long maxRetained;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Map<String, Known> known = new TreeMap<>();
    private boolean closed;

    /** A consumer: its position, or why that is not known. */
    private static final class Known {
        private @Nullable ConsumerPosition position;
        private final @Nullable WalException damage;
        private boolean active;

        private Known(@Nullable ConsumerPosition position, @Nullable WalException damage) {
            this.position = position;
            this.damage = damage;
        }

        private ConsumerPosition position() {
            ConsumerPosition found = position;
            if (found == null) {
                throw damage == null ? new IllegalStateException("neither position nor damage") : damage;
            }
            return found;
        }

        /** What cannot be read may need everything. */
        private long redoPosition() {
            return position == null ? 0 : position.redoPosition();
        }
    }

    /** @param maxRetained bytes of segments that are kept for consumers alone */
    Consumers(Storage storage, long logId, long maxRetained) {
        this.storage = storage;
        this.store = new ConsumerStore(storage, logId);
        this.maxRetained = maxRetained;
    }

    /**
     * Takes over those that have a file.
     *
     * @param end of the log; a consumer that is behind it, because the end was given up, goes on there: else it would miss what is written there from now on
     */
    void load(long end) throws IOException {
        lock.lock();
        try {
            for (String id : store.ids()) {
                known.put(id, load(id, end));
            }
        } finally {
            lock.unlock();
        }
    }

    private Known load(String id, long end) throws IOException {
        try {
            ConsumerPosition position = store.read(id);
            if (position.position() > end) {
                logger.warn(
                        "Consumer {} had acknowledged up to position {}, but the log ends at {}; it goes on there",
                        id,
                        position.position(),
                        end);
                position = new ConsumerPosition(id, end, Math.min(position.redoPosition(), end));
                store.write(position);
            }
            return new Known(position, null);
        } catch (IOException e) {
            throw e;
        } catch (WalException e) {
            logger.error("The position of consumer {} is not known", id, e);
            return new Known(null, e);
        }
    }

    /** Held by a checkpoint while it decides what is dropped. */
    ReentrantLock lock() {
        return lock;
    }

    /**
     * The first segment that is kept, with the lock held; warns of consumers that are overtaken by what is dropped.
     *
     * @param needed number of the first one that recovery needs
     * @param segments of the log, oldest first
     */
    int firstNeededSegment(int needed, List<SegmentHeader> segments) {
        long oldest =
                known.values().stream().mapToLong(Known::redoPosition).min().orElse(Long.MAX_VALUE);
        int first = firstKept(needed, segments, oldest);
        for (SegmentHeader segment : segments) {
            if (segment.number() == first - 1 && segment.endPosition() > oldest) {
                warnOvertaken(segment.endPosition());
            }
        }
        return first;
    }

    /**
     * The first segment that is kept for recovery and for consumers.
     *
     * @param needed number of the first one that recovery needs
     * @param segments of the log, oldest first
     * @param oldest position that a consumer needs
     */
    private int firstKept(int needed, List<SegmentHeader> segments, long oldest) {
        int first = needed;
        long bytes = 0;
        for (int i = segments.size() - 1; i >= 0; i--) {
            SegmentHeader segment = segments.get(i);
            if (segment.number() < needed && segment.endPosition() > oldest) {
                bytes += segment.size();
                if (bytes > maxRetained) {
                    break;
                }
                first = segment.number();
            }
        }
        return first;
    }

    /**
     * Of each segment, the ids of those for whom it is kept where recovery does not need it.
     *
     * @param needed number of the first one that recovery needs
     * @param segments of the log, oldest first
     */
    List<List<String>> neededBy(int needed, List<SegmentHeader> segments) {
        List<WalConsumer> all = list();
        int first = firstKept(
                needed,
                segments,
                all.stream().mapToLong(WalConsumer::retainedFrom).min().orElse(Long.MAX_VALUE));
        return segments.stream()
                .map(segment -> all.stream()
                        .filter(consumer ->
                                segment.number() >= first && consumer.retainedFrom() < segment.endPosition())
                        .map(WalConsumer::id)
                        .toList())
                .toList();
    }

    private void warnOvertaken(long kept) {
        known.forEach((id, consumer) -> {
            if (consumer.redoPosition() < kept) {
                logger.atWarn()
                        .addKeyValue(EventKeys.DIRECTORY, storage.directory())
                        .addKeyValue(EventKeys.CONSUMER, id)
                        .addKeyValue(EventKeys.POSITION, kept)
                        .log(
                                "Consumer {} in {} is overtaken: more than {} bytes would have to be kept for it, so that the log before position {} is dropped",
                                id,
                                storage.directory(),
                                maxRetained,
                                kept);
            }
        });
    }

    /**
     * Takes a consumer into use.
     *
     * @param ifNew made, with the lock held, if it is not known yet
     * @throws IllegalStateException if it is in use
     */
    ConsumerPosition activate(String id, Supplier<ConsumerPosition> ifNew) {
        checkId(id);
        lock.lock();
        try {
            checkOpen();
            Known consumer = known.get(id);
            if (consumer == null) {
                ConsumerPosition position = ifNew.get();
                write(position);
                consumer = new Known(position, null);
                known.put(id, consumer);
            }
            if (consumer.active) {
                throw new IllegalStateException("Consumer " + id
                        + " is in use by another tailer of this log. Close that one, or use another id.");
            }
            ConsumerPosition position = consumer.position();
            consumer.active = true;
            return position;
        } finally {
            lock.unlock();
        }
    }

    private static void checkId(String id) {
        if (!FileNames.isConsumerId(id)) {
            throw new IllegalArgumentException(
                    "\"" + id + "\" cannot name a consumer: an id has 1 to 100 ASCII letters,"
                            + " digits, dots, hyphens and underscores, and begins with a letter or digit");
        }
    }

    /**
     * Has a consumer go on elsewhere. One whose file cannot be read gets a new one, one that is not known is made.
     *
     * @param position asked for with the lock held
     * @throws IllegalStateException if it is in use
     */
    void reset(String id, Supplier<ConsumerPosition> position) {
        checkId(id);
        lock.lock();
        try {
            checkOpen();
            Known consumer = known.get(id);
            if (consumer != null && consumer.active) {
                throw new IllegalStateException("Consumer " + id + " is in use: close its tailer first");
            }
            ConsumerPosition changed = position.get();
            write(changed);
            known.put(id, new Known(changed, null));
        } finally {
            lock.unlock();
        }
    }

    /** Makes a position durable. */
    void acknowledge(ConsumerPosition position) {
        lock.lock();
        try {
            checkOpen();
            write(position);
            Known consumer = known.get(position.id());
            if (consumer != null) {
                consumer.position = position;
            }
        } finally {
            lock.unlock();
        }
    }

    private void write(ConsumerPosition position) {
        try {
            store.write(position);
        } catch (IOException e) {
            throw new WalStorageException(
                    "Position " + position.position() + " of consumer " + position.id() + " could not be written in "
                            + storage.directory() + ": " + e
                            + ". What it has acknowledged before holds; try again when the cause is mended.",
                    e);
        }
    }

    /** Ends the use of a consumer, which stays known. */
    void release(String id) {
        lock.lock();
        try {
            Known consumer = known.get(id);
            if (consumer != null) {
                consumer.active = false;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a consumer for good, with what its listener has skipped: that first, so that what a crash leaves between the two can be removed again. */
    void remove(String id, WalSkips skips) {
        lock.lock();
        try {
            checkOpen();
            Known consumer = known.get(id);
            if (consumer == null) {
                throw new IllegalArgumentException("There is no consumer " + id);
            }
            if (consumer.active) {
                throw new IllegalStateException("Consumer " + id + " is in use: close its tailer first");
            }
            skips.remove(id);
            store.delete(id);
            known.remove(id);
        } catch (IOException e) {
            throw new WalStorageException(
                    "Consumer " + id + " in " + storage.directory() + " could not be removed: " + e
                            + ". Its position is still known; try again when the cause is mended.",
                    e);
        } finally {
            lock.unlock();
        }
    }

    /** In the order of their ids. */
    List<WalConsumer> list() {
        lock.lock();
        try {
            List<WalConsumer> consumers = new ArrayList<>();
            known.forEach((id, consumer) -> {
                ConsumerPosition position = consumer.position;
                consumers.add(new WalConsumer(
                        id, position == null ? -1 : position.position(), consumer.redoPosition(), consumer.active));
            });
            return consumers;
        } finally {
            lock.unlock();
        }
    }

    /** Those whose position is known. */
    List<ConsumerPosition> positions() {
        lock.lock();
        try {
            List<ConsumerPosition> positions = new ArrayList<>();
            for (Known consumer : known.values()) {
                ConsumerPosition position = consumer.position;
                if (position != null) {
                    positions.add(position);
                }
            }
            return positions;
        } finally {
            lock.unlock();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new WalClosedException(
                    "The log in " + storage.directory() + " is closed. Nothing was acknowledged or changed.");
        }
    }

    /** Waits for what is being written, and refuses to write any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
