package dev.wal;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells, once, when a log stays larger than it should though checkpoints are taken, and what for. For one thread. */
final class HeldBackLog {
    private static final Logger logger = LoggerFactory.getLogger(HeldBackLog.class);

    private final CheckpointSource source;
    private final long maxLogSize;
    private boolean told;

    HeldBackLog(CheckpointSource source, long maxLogSize) {
        this.source = source;
        this.maxLogSize = maxLogSize;
    }

    /** Looks after a checkpoint. */
    void look() {
        List<String> holders = maxLogSize == 0 ? List.of() : holders();
        if (!holders.isEmpty() && !told) {
            logger.warn(
                    "The log in {} has {} bytes after a checkpoint, of at most about {}: it is kept for {}. It grows until that is"
                            + " decided or acknowledged; further checkpoints do not help",
                    source.directory(),
                    source.logBytes(),
                    maxLogSize,
                    String.join(" and ", holders));
        }
        told = !holders.isEmpty();
    }

    private List<String> holders() {
        long limit = source.appended() - maxLogSize;
        List<String> holders = new ArrayList<>();
        long undecided = source.oldestUndecided();
        if (undecided < limit) {
            holders.add("a transaction without an outcome that began at position " + undecided);
        }
        List<String> consumers = source.consumersBefore(limit);
        if (!consumers.isEmpty()) {
            holders.add("consumers " + consumers);
        }
        return holders;
    }
}
