/** What the page of the demo needs beside the ledger: load, and a crash. A service has neither. */
@NullMarked
package dev.wal.demo.story;

import org.jspecify.annotations.NullMarked;
