/**
 * What records mean and how they look as bytes. Knows no file. Imports only {@code common}.
 */
@NullMarked
package dev.wal.record;

import org.jspecify.annotations.NullMarked;
