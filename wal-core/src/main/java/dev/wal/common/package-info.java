/**
 * Words that several layers share: durability levels, recovery modes, the exceptions that a log throws and the observer
 * that sees what it does. Imports nothing of this project.
 */
@NullMarked
package dev.wal.common;

import org.jspecify.annotations.NullMarked;
