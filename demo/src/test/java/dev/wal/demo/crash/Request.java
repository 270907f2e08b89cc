package dev.wal.demo.crash;

import org.jspecify.annotations.Nullable;

/** A transfer as it was asked for. */
record Request(long from, long to, long amount, @Nullable String reference) {}
