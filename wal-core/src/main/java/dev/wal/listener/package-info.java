/**
 * Listeners: consumers of committed changes, each with a thread and a durable position of its own, retries, and control by id. Imports the door, {@code dev.wal}, and what is below; beside {@code
 * dev.wal.state}, neither of which knows the other. Nothing here is on the path of a commit.
 */
@NullMarked
package dev.wal.listener;

import org.jspecify.annotations.NullMarked;
