package dev.wal.log;

import dev.wal.segment.SegmentHeader;
import java.util.List;

/** Sees what a {@link LogSurvey} meets, in the order of the log; what is wrong with segment files as such comes first. */
public interface SurveyVisitor extends FrameVisitor {
    /** The segments from which the following frames come; told again if they change. */
    default void segments(List<SegmentHeader> segments) {}

    /** There may have been frames between those that were seen and those that will be, or behind the last one. */
    default void gap() {}

    void unreadable(UnreadableRange range);
}
