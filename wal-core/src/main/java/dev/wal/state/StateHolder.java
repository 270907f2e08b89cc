package dev.wal.state;

/** Has a {@link WalState}, without being one for those who use it. */
@FunctionalInterface
public interface StateHolder {
    WalState state();
}
