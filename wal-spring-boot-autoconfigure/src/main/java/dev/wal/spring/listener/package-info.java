/** Listeners as methods of beans: {@link dev.wal.spring.listener.WalListener}. The work is done by {@link dev.wal.listener.WalListeners}, which is the bean to control them with. */
@NullMarked
package dev.wal.spring.listener;

import org.jspecify.annotations.NullMarked;
