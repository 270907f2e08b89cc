package dev.wal.benchmark.peer;

import dev.wal.benchmark.Contender;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.io.aio.AIOSequentialFileFactory;
import org.apache.activemq.artemis.core.io.mapped.MappedSequentialFileFactory;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.Journal;
import org.apache.activemq.artemis.core.journal.PreparedTransactionInfo;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;

/**
 * The journal of ActiveMQ Artemis (Apache-2.0) with the sizes that its broker takes. Its buffer is written after 0.1 ms instead of the 3.3 ms of the broker, with which one thread would
 * commit 300 times a second.
 */
final class ArtemisJournal implements Contender.Session {
    private static final int FILE_SIZE = 10 << 20;
    private static final int FILES_MIN = 2;
    private static final int FILES_POOLED = 10;
    private static final int BUFFER_SIZE = 490 << 10;
    private static final int BUFFER_TIMEOUT_NANOS = 100_000;
    private static final int NIO_MAX = 1;
    private static final int LIBAIO_MAX = 500;
    private static final byte RECORD_TYPE = 1;

    private final SequentialFileFactory files;
    private final Journal journal;
    private final Work work;
    private final AtomicLong ids = new AtomicLong(1);

    /** The kind of files. */
    private interface Files {
        SequentialFileFactory in(File directory);
    }

    private ArtemisJournal(Path directory, Work work, Files kind) throws IOException {
        this.work = work;
        files = kind.in(directory.toFile()).setDatasync(true);
        journal = new JournalImpl(FILE_SIZE, FILES_MIN, FILES_POOLED, 0, 0, files, "log", "log", files.getMaxIO());
        try {
            files.start();
            journal.start();
            List<RecordInfo> records = new ArrayList<>();
            List<PreparedTransactionInfo> prepared = new ArrayList<>();
            journal.load(records, prepared, (transaction, before, deleted) -> {});
        } catch (Exception e) {
            throw new IOException("The journal did not open", e);
        }
    }

    static Peer.Opener nio() {
        return opener(directory ->
                new NIOSequentialFileFactory(directory, true, BUFFER_SIZE, BUFFER_TIMEOUT_NANOS, NIO_MAX, false));
    }

    static Peer.Opener mapped() {
        return opener(directory ->
                new MappedSequentialFileFactory(directory, FILE_SIZE, true, BUFFER_SIZE, BUFFER_TIMEOUT_NANOS, null));
    }

    static Peer.Opener libaio() {
        return opener(directory -> {
            if (!AIOSequentialFileFactory.isSupported(directory)) {
                throw new IllegalStateException("libaio does not load, or the file system does not know it");
            }
            return new AIOSequentialFileFactory(directory, BUFFER_SIZE, BUFFER_TIMEOUT_NANOS, LIBAIO_MAX, false);
        });
    }

    private static Peer.Opener opener(Files kind) {
        return (directory, work) -> new ArtemisJournal(directory, work, kind);
    }

    @Override
    public Contender.Committer committer(int thread) {
        byte[] value = work.value();
        return () -> {
            try {
                commit(value);
            } catch (Exception e) {
                throw new IOException("The journal failed", e);
            }
        };
    }

    private void commit(byte[] value) throws Exception {
        long transaction = ids.getAndIncrement();
        for (int i = 0; i < work.operations(); i++) {
            journal.appendAddRecordTransactional(transaction, ids.getAndIncrement(), RECORD_TYPE, value);
        }
        journal.appendCommitRecord(transaction, work.forced());
    }

    @Override
    public long forces() {
        return Contender.UNCOUNTED;
    }

    @Override
    public void close() throws IOException {
        try {
            journal.stop();
            files.stop();
        } catch (Exception e) {
            throw new IOException("The journal did not close", e);
        }
    }
}
