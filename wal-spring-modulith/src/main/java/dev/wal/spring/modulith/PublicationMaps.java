package dev.wal.spring.modulith;

import dev.wal.record.Value;
import dev.wal.spring.DurableMaps;
import dev.wal.state.DurableMap;
import dev.wal.state.Serializer;
import dev.wal.state.Serializers;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Where publications are kept, each under its identifier. The event is apart from the progress, and the progress of completed publications apart from that of the others: a step of a delivery writes
 * a few bytes, and looking for incomplete publications does not pass the completed ones.
 *
 * @param events of all publications
 * @param incomplete progress of those that are to be delivered
 * @param completed progress of those that were delivered and are kept
 */
record PublicationMaps(
        DurableMap<UUID, StoredEvent> events,
        DurableMap<UUID, Progress> incomplete,
        DurableMap<UUID, Progress> completed) {

    static DurableMap<UUID, StoredEvent> events(DurableMaps maps) {
        return map(maps, "spring-modulith.events", StoredEvent.class);
    }

    static DurableMap<UUID, Progress> incomplete(DurableMaps maps) {
        return map(maps, "spring-modulith.incomplete", Progress.class);
    }

    static DurableMap<UUID, Progress> completed(DurableMaps maps) {
        return map(maps, "spring-modulith.completed", Progress.class);
    }

    private static <R extends Record> DurableMap<UUID, R> map(DurableMaps maps, String table, Class<R> values) {
        return maps.map(table, new IdSerializer(), Serializers.records(values));
    }

    /** The 16 bytes of an identifier. */
    private static final class IdSerializer implements Serializer<UUID> {
        @Override
        public Value toValue(UUID id) {
            return new Value.Bytes(ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(id.getMostSignificantBits())
                    .putLong(id.getLeastSignificantBits())
                    .array());
        }

        @Override
        public UUID fromValue(Value value) {
            ByteBuffer bytes = ByteBuffer.wrap(((Value.Bytes) value).value());
            return new UUID(bytes.getLong(), bytes.getLong());
        }
    }
}
