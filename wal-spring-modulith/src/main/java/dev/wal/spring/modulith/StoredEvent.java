package dev.wal.spring.modulith;

import java.time.Instant;

/**
 * What a publication delivers, and to whom. Written once, so that the steps of a delivery do not write the event again. Its components are stored in this order: a change needs an upcaster.
 *
 * @param listenerId value of the target identifier
 * @param eventType name of the event's class
 * @param serializedEvent what the {@code EventSerializer} made of the event
 */
record StoredEvent(String listenerId, String eventType, String serializedEvent, Instant publicationDate) {}
