/** Meters of the log. Names, tags and units are in docs/observability.md. */
@NullMarked
package dev.wal.spring.boot.metrics;

import org.jspecify.annotations.NullMarked;
