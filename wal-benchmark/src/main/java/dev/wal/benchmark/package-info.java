/**
 * Measures the log. {@link dev.wal.benchmark.WalBenchmark} reads the command line and runs one of the commands {@code commit}, {@code append} and {@code recovery}.
 * The first two have {@link dev.wal.benchmark.Rounds} let {@link dev.wal.benchmark.Contender}s run in turns, each under one {@link
 * dev.wal.benchmark.Measurement}; the last reads a log in a JVM of its own. What they find goes into {@link dev.wal.benchmark.MarkdownTable}s.
 */
@NullMarked
package dev.wal.benchmark;

import org.jspecify.annotations.NullMarked;
