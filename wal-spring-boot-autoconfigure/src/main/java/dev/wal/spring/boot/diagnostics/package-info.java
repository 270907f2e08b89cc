/** Says what to do when an application does not start because of its log, and what may be shown of failures. */
@NullMarked
package dev.wal.spring.boot.diagnostics;

import org.jspecify.annotations.NullMarked;
