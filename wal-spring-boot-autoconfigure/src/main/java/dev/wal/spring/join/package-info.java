/** The log joined to the transactions of a database: the marker that decides for both, and who asks for it and clears it away. Needs {@code spring-jdbc}. */
@NullMarked
package dev.wal.spring.join;

import org.jspecify.annotations.NullMarked;
