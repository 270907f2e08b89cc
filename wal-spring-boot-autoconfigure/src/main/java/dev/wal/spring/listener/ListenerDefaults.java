package dev.wal.spring.listener;

import dev.wal.listener.BackOff;

/**
 * What holds for listeners whose annotation does not say otherwise.
 *
 * @param tries how often a change is handed over before the policy decides
 * @param backOff waits between tries
 */
public record ListenerDefaults(int tries, BackOff backOff) {}
