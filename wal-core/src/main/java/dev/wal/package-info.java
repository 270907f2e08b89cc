/**
 * The door: {@link dev.wal.WalManager} opens a log, writes to it and reads from it. Imports everything below; what holds state is above, in {@code dev.wal.state},
 * and comes in by {@link dev.wal.StateMachine}.
 */
@NullMarked
package dev.wal;

import org.jspecify.annotations.NullMarked;
