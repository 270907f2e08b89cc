package dev.wal.log;

import dev.wal.segment.Frame;

/** Sees the frames of a log in order. */
@FunctionalInterface
public interface FrameVisitor {
    /** The frame and its payload are good until this returns. */
    void frame(Frame frame);
}
