package dev.wal.state;

import dev.wal.record.Value;
import java.util.function.Function;

/** Serializers of types that a row has itself. */
public final class Serializers {
    private Serializers() {}

    public static Serializer<Long> longs() {
        return of(number -> new Value.Int64(number), value -> ((Value.Int64) value).value());
    }

    public static Serializer<Integer> integers() {
        return of(number -> new Value.Int64(number), value -> Math.toIntExact(((Value.Int64) value).value()));
    }

    public static Serializer<String> strings() {
        return of(Value.Text::new, value -> ((Value.Text) value).value());
    }

    public static Serializer<byte[]> byteArrays() {
        return of(Value.Bytes::new, value -> ((Value.Bytes) value).value());
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
