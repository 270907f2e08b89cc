/** A ledger over HTTP whose state is kept by the log: the application itself. */
@NullMarked
package dev.wal.demo;

import org.jspecify.annotations.NullMarked;
