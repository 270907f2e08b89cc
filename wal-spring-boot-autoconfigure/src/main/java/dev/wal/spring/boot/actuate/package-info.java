/** Actuator endpoints. Nothing here shows the contents of rows. */
@NullMarked
package dev.wal.spring.boot.actuate;

import org.jspecify.annotations.NullMarked;
