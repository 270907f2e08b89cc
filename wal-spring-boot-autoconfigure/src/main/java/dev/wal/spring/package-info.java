/** What services use: {@link dev.wal.spring.WalTemplate} and {@link dev.wal.spring.DurableMaps}. */
@NullMarked
package dev.wal.spring;

import org.jspecify.annotations.NullMarked;
