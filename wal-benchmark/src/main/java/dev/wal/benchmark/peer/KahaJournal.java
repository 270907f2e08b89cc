package dev.wal.benchmark.peer;

import dev.wal.benchmark.Contender;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.apache.activemq.util.ByteSequence;

/** The journal below ActiveMQ's KahaDB (Apache-2.0). A transaction is one record of it, in files that are filled with zeros ahead of need. */
final class KahaJournal implements Contender.Session {
    private final Journal journal = new Journal();
    private final Work work;

    KahaJournal(Path directory, Work work) throws IOException {
        this.work = work;
        journal.setDirectory(directory.toFile());
        journal.setChecksum(true);
        journal.setPreallocationScope(Journal.PreallocationScope.ENTIRE_JOURNAL_ASYNC);
        journal.setPreallocationStrategy(Journal.PreallocationStrategy.ZEROS);
        journal.start();
    }

    @Override
    public Contender.Committer committer(int thread) {
        byte[] values = work.allValues();
        return () -> journal.write(new ByteSequence(values), work.forced());
    }

    @Override
    public long forces() {
        return Contender.UNCOUNTED;
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
