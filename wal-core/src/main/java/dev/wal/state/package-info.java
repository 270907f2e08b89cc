/**
 * State that a log keeps. {@link dev.wal.state.WalState} is the port: committed changes go in, snapshots come out and go in again. {@link
 * dev.wal.state.WalStates} joins several of them to a log; {@link dev.wal.state.DurableMap} is the state that most need. Imports everything below.
 */
@NullMarked
package dev.wal.state;

import org.jspecify.annotations.NullMarked;
