package dev.wal.common;

/** A state wrote to the log while a committed change was being applied to it, or while it was being recovered. Nothing was written; write from the code that commits instead, or from a listener. */
public class WriteInApplyException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    public WriteInApplyException() {
        super("A state must not write to the log while a committed change is applied to it, nor while it is"
                + " being recovered: nothing was written."
                + " Write from the code that commits instead, or from a listener.");
    }
}
