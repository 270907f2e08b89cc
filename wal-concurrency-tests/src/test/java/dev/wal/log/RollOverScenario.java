package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.interleaving.Scenario;
import dev.wal.segment.Frame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Committers fill segments while one reads from the beginning and another drops the segments that it can. */
public final class RollOverScenario implements Scenario {
    private static final int HALF_A_SEGMENT = 5_500;
    private static final int COMMITTERS = 2;
    private static final int COMMITS = 3;

    private final Set<Long> positions = new HashSet<>();

    @Override
    public void run(Run run) throws IOException {
        ModelLog model = new ModelLog(run.choose(2) == 0 ? Durability.groupCommit() : Durability.noSync());
        Log log = model.log;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < COMMITTERS; i++) {
            threads.add(run.start("committer " + i, () -> {
                for (int j = 0; j < COMMITS; j++) {
                    Batch batch = ModelLog.batch(HALF_A_SEGMENT, null);
                    log.commit(batch);
                    positions.add(batch.position());
                }
            }));
        }
        threads.add(run.start("reader", () -> read(log)));
        threads.add(run.start("dropper", () -> drop(log)));
        threads.forEach(run::join);
        List<Long> left = read(log);
        long first = log.status().segments().get(0).basePosition();
        Set<Long> expected = new HashSet<>(positions);
        expected.removeIf(position -> position < first);
        if (!expected.equals(new HashSet<>(left)) || positions.size() != COMMITTERS * COMMITS) {
            throw new AssertionError(left + " came back of " + positions);
        }
        log.close();
        if (!model.files.madeTwice().isEmpty()) {
            throw new AssertionError("made twice: " + model.files.madeTwice());
        }
    }

    private static List<Long> read(Log log) {
        List<Long> found = new ArrayList<>();
        try (LogReader reader = log.read(0)) {
            for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
                if (frame.isBatch()) {
                    found.add(frame.position());
                }
            }
        }
        return found;
    }

    /** Nobody needs anything: all but the current segment may go, as long as nobody reads it. */
    private static void drop(Log log) {
        for (int i = 0; i < 3; i++) {
            log.deleteSegmentsBefore(log.firstNeededSegment((partition, lsn, end) -> false));
        }
    }
}
