package dev.wal.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * What a listener has given up.
 *
 * @param total number of all changes that it ever gave up
 * @param last of them the last ones, at most {@value #MAX_REMEMBERED}, oldest first
 */
public record SkippedChanges(long total, List<SkippedChange> last) {
    public static final int MAX_REMEMBERED = 100;

    static final SkippedChanges NONE = new SkippedChanges(0, List.of());

    public SkippedChanges {
        last = List.copyOf(last);
    }

    /** With another one. One that comes again, because the listener had no time to acknowledge it, is counted once. */
    public SkippedChanges with(SkippedChange change) {
        List<SkippedChange> changed = new ArrayList<>(last);
        boolean again = changed.removeIf(change::isOfTheSameRecordAs);
        changed.add(change);
        int from = Math.max(0, changed.size() - MAX_REMEMBERED);
        return new SkippedChanges(again ? total : total + 1, changed.subList(from, changed.size()));
    }

    /** Without those that were committed at a position or behind it, of those that are remembered. */
    public SkippedChanges before(long position) {
        List<SkippedChange> left =
                last.stream().filter(change -> change.position() < position).toList();
        return new SkippedChanges(total - (last.size() - left.size()), left);
    }
}
