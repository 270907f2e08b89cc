/** The pages in a real browser: what a person does, and what is then there to see. */
@NullMarked
package dev.wal.browser;

import org.jspecify.annotations.NullMarked;
