package dev.wal.log;

import dev.wal.segment.Frame;

/** How far a survey has come, over all its attempts. For one thread. */
final class SurveyProgress {
    final FrameSequence sequence;

    /** Everything before it was read, or reported. */
    long position;

    /** Up to where a log in use is read: taken once, so that a log that grows is not followed for ever; −1 before. */
    long limit = -1;

    long bytesRead;
    boolean damaged;

    SurveyProgress(int partitions) {
        sequence = new FrameSequence(partitions);
    }

    void read(Frame frame, long next) {
        bytesRead += frame.end() - frame.position();
        position = next;
    }
}
