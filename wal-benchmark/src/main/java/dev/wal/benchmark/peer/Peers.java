package dev.wal.benchmark.peer;

import java.util.List;
import java.util.stream.Stream;

/** All peers. */
public final class Peers {
    private static final Peer CHRONICLE = new Peer("Chronicle Queue", ChronicleQueueLog::new);
    private static final Peer GROWING_FILE = new Peer("hand-written, growing file", GrowingFile::new);
    private static final Peer ROCKS = new Peer("RocksDB", RocksLog::new);

    private Peers() {}

    /** Those that can force each commit. */
    public static List<Peer> durable() {
        return List.of(
                new Peer("Artemis journal, NIO", ArtemisJournal.nio()),
                new Peer("Artemis journal, mapped", ArtemisJournal.mapped()),
                new Peer("Artemis journal, libaio", ArtemisJournal.libaio()),
                new Peer("KahaDB journal", KahaJournal::new),
                ROCKS,
                CHRONICLE,
                new Peer("H2 MVStore", MapStore::new),
                new Peer("SQLite", SqliteTable::new),
                GROWING_FILE);
    }

    /** Those that need not force, but let the operating system have the bytes of a commit before it returns. */
    public static List<Peer> unforced() {
        return Stream.concat(Stream.of(CHRONICLE), writing().stream()).toList();
    }

    /** Those of them that call the operating system for each commit. */
    public static List<Peer> writing() {
        return List.of(ROCKS, GROWING_FILE);
    }

    /** The one of them that stores into a mapped file. */
    public static Peer mapped() {
        return CHRONICLE;
    }
}
