/** What a restart does not load anew. */
@NullMarked
package dev.wal.spring.boot.integration.devtools.kept;

import org.jspecify.annotations.NullMarked;
