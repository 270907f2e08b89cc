/**
 * The command line tool: looks into the directory of a log without owning it. Uses the public classes of the core alone.
 */
@NullMarked
package dev.wal.cli;

import org.jspecify.annotations.NullMarked;
