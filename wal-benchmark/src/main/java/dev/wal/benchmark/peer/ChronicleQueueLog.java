package dev.wal.benchmark.peer;

import dev.wal.benchmark.Contender;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/** Chronicle Queue (Apache-2.0): a transaction is one document in a mapped file, synchronized by its thread; without its mode {@code SYNC} that call does nothing. */
final class ChronicleQueueLog implements Contender.Session {
    private final Work work;
    private final ChronicleQueue queue;

    ChronicleQueueLog(Path directory, Work work) {
        this.work = work;
        // It announces itself else.
        System.setProperty("chronicle.announcer.disable", "true");
        queue = SingleChronicleQueueBuilder.single(directory.toFile())
                .syncMode(work.forced() ? SyncMode.SYNC : SyncMode.NONE)
                .build();
    }

    /** An appender belongs to the thread that made it. */
    private final class Appending implements Contender.Committer {
        private final byte[] value = work.value();
        private @Nullable ExcerptAppender appender;

        @Override
        public void commit() {
            ExcerptAppender own = appender;
            if (own == null) {
                own = queue.createAppender();
                appender = own;
            }
            try (DocumentContext document = own.writingDocument()) {
                for (int i = 0; i < work.operations(); i++) {
                    document.wire().bytes().write(value);
                }
            }
            if (work.forced()) {
                own.sync();
            }
        }
    }

    @Override
    public Contender.Committer committer(int thread) {
        return new Appending();
    }

    @Override
    public long forces() {
        return Contender.UNCOUNTED;
    }

    @Override
    public void close() {
        queue.close();
    }
}
