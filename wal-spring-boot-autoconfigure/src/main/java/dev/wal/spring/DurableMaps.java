package dev.wal.spring;

import dev.wal.state.DurableMap;
import dev.wal.state.Serializer;
import dev.wal.state.Serializers;
import dev.wal.state.TableMap;
import dev.wal.state.TransactionContext;
import java.time.Duration;
import java.util.Map;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

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

    /** Made when the first class needs it: Jackson may be absent. */
    private final SingletonSupplier<JacksonSerializers> json = SingletonSupplier.of(() -> new JacksonSerializers());

    private final TransactionContext context;
    private final Duration lockTimeout;
    private final boolean detectsChangesInPlace;

    /**
     * @param lockTimeout how long transactions wait for the lock of a key, unless a map says otherwise
     * @param detectsChangesInPlace see {@link TableMap.Builder#detectChangesInPlace()}
     */
    public DurableMaps(TransactionContext context, Duration lockTimeout, boolean detectsChangesInPlace) {
        this.context = context;
        this.lockTimeout = lockTimeout;
        this.detectsChangesInPlace = detectsChangesInPlace;
    }

    /**
     * A map whose keys and values are numbers, texts or byte arrays as they are, and objects of other classes as JSON.
     *
     * @param table its table in the log, the same for ever
     */
    public <K, V> DurableMap<K, V> map(String table, Class<K> keys, Class<V> values) {
        return builder(table, keys, values).build();
    }

    /** A map with serializers of its own. */
    public <K, V> DurableMap<K, V> map(String table, Serializer<K> keys, Serializer<V> values) {
        return builder(table, keys, values).build();
    }

    /** Describes a map as {@link #map(String, Class, Class)} makes it, for one that needs more: a schema version with upcasters (see {@link JsonUpcaster}), or a lock timeout of its own. */
    public <K, V> TableMap.Builder<K, V> builder(String table, Class<K> keys, Class<V> values) {
        if (keys.isArray()) {
            throw new IllegalArgumentException("Keys of map '" + table
                    + "' cannot be arrays, which are not equal by content; wrap them in a record");
        }
        return builder(table, serializer(keys), serializer(values));
    }

    /** Describes a map with serializers of its own. */
    public <K, V> TableMap.Builder<K, V> builder(String table, Serializer<K> keys, Serializer<V> values) {
        TableMap.Builder<K, V> builder =
                TableMap.builder(table, keys, values, context).lockTimeout(lockTimeout);
        return detectsChangesInPlace ? builder.detectChangesInPlace() : builder;
    }

    @SuppressWarnings("unchecked") // The map pairs each class with a serializer of it.
    private <T> Serializer<T> serializer(Class<T> type) {
        Serializer<?> builtIn = BUILT_IN.get(type);
        if (builtIn != null) {
            return (Serializer<T>) builtIn;
        }
        if (!JACKSON_PRESENT) {
            throw new IllegalStateException("Jackson 3 is needed to store " + type.getName()
                    + " as JSON. Add spring-boot-starter-jackson, or give the map a Serializer of its own.");
        }
        return json.obtain().of(type);
    }
}
