package dev.wal.log;

/** Sees what a {@link LogSurvey} meets, in the order of the log; what is wrong with segment files as such comes first. */
public interface SurveyVisitor extends FrameVisitor {
    void unreadable(UnreadableRange range);
}
