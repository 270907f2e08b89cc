package dev.wal.spring;

import dev.wal.record.Value;
import dev.wal.state.Serializer;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stores objects as JSON. The mapper is its own, not the one that the application has for the web: what is stored must not change with how an API answers. No type names are
 * written, and none are read.
 */
final class JacksonSerializer<T> implements Serializer<T> {
    private final ObjectWriter writer;
    private final ObjectReader reader;

    JacksonSerializer(JsonMapper mapper, Class<T> type) {
        this.writer = mapper.writerFor(type);
        this.reader = mapper.readerFor(type);
    }

    @Override
    public Value toValue(T object) {
        return new Value.Bytes(writer.writeValueAsBytes(object));
    }

    @Override
    public T fromValue(Value value) {
        return reader.readValue(((Value.Bytes) value).value());
    }
}
