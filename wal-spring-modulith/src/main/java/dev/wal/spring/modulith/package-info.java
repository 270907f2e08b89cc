/**
 * Keeps the event publications of Spring Modulith in the log: a publication commits with the changes that it tells of, and is delivered at least once, without a
 * database. See {@code docs/modulith.md}.
 */
@NullMarked
package dev.wal.spring.modulith;

import org.jspecify.annotations.NullMarked;
