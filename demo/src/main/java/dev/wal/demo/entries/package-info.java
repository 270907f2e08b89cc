/** The variant with a database: entries of transfers in a table of H2, committed with the log. Only with the profile {@code h2}. */
@NullMarked
package dev.wal.demo.entries;

import org.jspecify.annotations.NullMarked;
