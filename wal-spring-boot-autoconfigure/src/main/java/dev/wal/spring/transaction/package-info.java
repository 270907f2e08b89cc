/** The log as a resource of Spring's transactions. */
@NullMarked
package dev.wal.spring.transaction;

import org.jspecify.annotations.NullMarked;
