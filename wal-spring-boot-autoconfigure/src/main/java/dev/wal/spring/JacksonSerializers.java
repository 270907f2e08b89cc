package dev.wal.spring;

import tools.jackson.databind.json.JsonMapper;

/** Serializers of one mapper. It remembers classes of the application, so that it must not outlive the application's context: development tools load its classes anew. */
final class JacksonSerializers {
    private final JsonMapper mapper = JsonMapper.builder().build();

    <T> JacksonSerializer<T> of(Class<T> type) {
        return new JacksonSerializer<>(mapper, type);
    }
}
