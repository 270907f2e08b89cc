/**
 * Accounts and transfers between them. Money never appears or vanishes, and no balance is ever below 0. The state is in {@link dev.wal.state.DurableMap}s, changed in
 * {@code @Transactional} methods; nothing else here knows that there is a log.
 */
@NullMarked
package dev.wal.demo.ledger;

import org.jspecify.annotations.NullMarked;
