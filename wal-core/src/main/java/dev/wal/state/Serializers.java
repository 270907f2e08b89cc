package dev.wal.state;

import dev.wal.record.Value;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Serializers that need nothing but the JDK: of types that a row has itself, and of records. */
public final class Serializers {
    private Serializers() {}

    public static Serializer<Long> longs() {
        return of(number -> new Value.Int64(number), value -> ((Value.Int64) value).value());
    }

    public static Serializer<Integer> integers() {
        return of(number -> new Value.Int64(number), value -> Math.toIntExact(((Value.Int64) value).value()));
    }

    /** For values; keys cannot be stored so. */
    public static Serializer<Double> doubles() {
        return of(number -> new Value.Float64(number), value -> ((Value.Float64) value).value());
    }

    /** For values; keys cannot be stored so. */
    public static Serializer<Boolean> booleans() {
        return of(flag -> new Value.Bool(flag), value -> ((Value.Bool) value).value());
    }

    public static Serializer<String> strings() {
        return of(Value.Text::new, value -> ((Value.Text) value).value());
    }

    public static Serializer<byte[]> byteArrays() {
        return of(Value.Bytes::new, value -> ((Value.Bytes) value).value());
    }

    /**
     * Stores the components of a record by their order, as a row in bytes; names and types are not stored. Components are primitives and their boxes, String, enums (by name), BigDecimal, BigInteger, UUID, Instant,
     * LocalDate, LocalDateTime, Duration, records, and lists of these; all but primitives may be null, elements of lists may not. As keys, only records that equal each other when their components are stored the same.
     *
     * @throws IllegalArgumentException names the component that cannot be stored
     */
    public static <R extends Record> Serializer<R> records(Class<R> type) {
        return new RecordSerializer<>(type);
    }

    /**
     * An upcaster for what {@link #records} wrote: of the components of the earlier record it makes those of the next, in their order. A record within is one value, of the kind that {@link #records} makes.
     */
    public static Upcaster ofComponents(UnaryOperator<List<Value>> upcaster) {
        return earlier -> RowBytes.toValue(upcaster.apply(RowBytes.values(earlier)));
    }

    private static <T> Serializer<T> of(Function<T, Value> to, Function<Value, T> from) {
        return new Serializer<>() {
            @Override
            public Value toValue(T object) {
                return to.apply(object);
            }

            @Override
            public T fromValue(Value value) {
                return from.apply(value);
            }
        };
    }
}
