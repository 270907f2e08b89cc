/** Logs under processes that are killed, and on file systems that lose their power. A writer runs in a process of its own; who checks it shares nothing with it but what it prints. */
@NullMarked
package dev.wal.proof;

import org.jspecify.annotations.NullMarked;
