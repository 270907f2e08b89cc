package dev.wal.spring.modulith;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.modulith.events.core.EventSerializer;
import org.springframework.util.ClassUtils;

/** Turns events into text and back. */
final class EventTypes {
    private static final Logger logger = LoggerFactory.getLogger(EventTypes.class);

    private final EventSerializer serializer;
    private final @Nullable ClassLoader classLoader;

    EventTypes(EventSerializer serializer, @Nullable ClassLoader classLoader) {
        this.serializer = serializer;
        this.classLoader = classLoader;
    }

    /**
     * @throws IllegalStateException if the serializer makes something else than text of it
     */
    String serialize(Object event) {
        Object serialized = serializer.serialize(event);
        if (serialized instanceof CharSequence text) {
            return text.toString();
        }
        throw new IllegalStateException(
                "The EventSerializer " + serializer.getClass().getName() + " made a "
                        + serialized.getClass().getName() + " of an event of "
                        + event.getClass().getName()
                        + ". The log keeps events as text: use a serializer that returns a String. Nothing was published.");
    }

    Object deserialize(StoredEvent event, Class<?> type) {
        return serializer.deserialize(event.serializedEvent(), type);
    }

    /** The class of an event, not initialized; null if there is none of that name any more. */
    @Nullable
    Class<?> load(UUID id, StoredEvent event) {
        try {
            return ClassUtils.forName(event.eventType(), classLoader);
        } catch (ClassNotFoundException | LinkageError e) {
            logger.warn(
                    "Event publication {} is left alone: its event is of the unknown type '{}'", id, event.eventType());
            return null;
        }
    }
}
