package dev.wal;

/** The threads of a log to which all of its callers are virtual threads, but for its own. */
final class VirtualCallers extends OwnThreadsBut {
    VirtualCallers(String log) {
        super(log);
    }

    @Override
    public boolean isCallerVirtual() {
        return !Thread.currentThread().getName().startsWith("wal-");
    }
}
