/** Auto-configuration. */
@NullMarked
package dev.wal.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
