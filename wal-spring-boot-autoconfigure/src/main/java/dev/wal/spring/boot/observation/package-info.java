/** Observations of the log, for traces; see {@link dev.wal.spring.boot.observation.WalObservationDocumentation}. */
@NullMarked
package dev.wal.spring.boot.observation;

import org.jspecify.annotations.NullMarked;
