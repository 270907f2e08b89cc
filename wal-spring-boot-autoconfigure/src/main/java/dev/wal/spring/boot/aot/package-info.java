/** What ahead-of-time processing has to know. */
@NullMarked
package dev.wal.spring.boot.aot;

import org.jspecify.annotations.NullMarked;
