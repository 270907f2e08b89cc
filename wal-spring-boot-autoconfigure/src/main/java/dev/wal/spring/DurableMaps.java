package dev.wal.spring;

import dev.wal.state.DurableMap;
import dev.wal.state.Serializer;
import dev.wal.state.Serializers;
import dev.wal.state.TableMap;
import dev.wal.state.TransactionContext;
import java.util.Map;
import org.springframework.util.ClassUtils;

/**
 * Makes {@link DurableMap} beans. A map must be declared as a bean, so that it is recovered before anybody uses it:
 *
 * <pre>{@code
 * @Bean DurableMap<Long, Account> accounts(DurableMaps maps) {
 *     return maps.map("accounts", Long.class, Account.class);
 * }
 * }</pre>
 */
public class DurableMaps {
    private static final Map<Class<?>, Serializer<?>> BUILT_IN = Map.of(
            Long.class, Serializers.longs(),
            Integer.class, Serializers.integers(),
            String.class, Serializers.strings(),
            byte[].class, Serializers.byteArrays());
    private static final boolean JACKSON_PRESENT =
            ClassUtils.isPresent("tools.jackson.databind.json.JsonMapper", DurableMaps.class.getClassLoader());

    private final TransactionContext context;

    public DurableMaps(TransactionContext context) {
        this.context = context;
    }

    /**
     * A map whose keys and values are numbers, texts or byte arrays as they are, and objects of other classes as JSON.
     *
     * @param table its table in the log, the same for ever
     */
    public <K, V> DurableMap<K, V> map(String table, Class<K> keys, Class<V> values) {
        if (keys.isArray()) {
            throw new IllegalArgumentException("Keys of map '" + table
                    + "' cannot be arrays, which are not equal by content; wrap them in a record");
        }
        return map(table, serializer(keys), serializer(values));
    }

    /** A map with serializers of its own. */
    public <K, V> DurableMap<K, V> map(String table, Serializer<K> keys, Serializer<V> values) {
        return TableMap.builder(table, keys, values, context).build();
    }

    @SuppressWarnings("unchecked") // The map pairs each class with a serializer of it.
    private static <T> Serializer<T> serializer(Class<T> type) {
        Serializer<?> builtIn = BUILT_IN.get(type);
        if (builtIn != null) {
            return (Serializer<T>) builtIn;
        }
        if (!JACKSON_PRESENT) {
            throw new IllegalStateException("Jackson 3 is needed to store " + type.getName()
                    + " as JSON. Add spring-boot-starter-jackson, or give the map a Serializer of its own.");
        }
        return new JacksonSerializer<>(type);
    }
}
