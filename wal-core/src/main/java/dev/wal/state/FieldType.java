package dev.wal.state;

import dev.wal.record.Value;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the components of one type of a record are stored. Immutable. */
record FieldType(boolean mayBeNull, Function<Object, Value> toValue, Function<Value, Object> fromValue) {
    private static final Map<Class<?>, FieldType> SIMPLE = new HashMap<>();

    static {
        add(Boolean.class, boolean.class, Value.Bool::new, value -> ((Value.Bool) value).value());
        add(Byte.class, byte.class, number -> new Value.Int64(number), value -> (byte) int64(value, Byte.MAX_VALUE));
        add(Short.class, short.class, number -> new Value.Int64(number), value ->
                (short) int64(value, Short.MAX_VALUE));
        add(Integer.class, int.class, number -> new Value.Int64(number), value ->
                (int) int64(value, Integer.MAX_VALUE));
        add(Long.class, long.class, Value.Int64::new, value -> int64(value, Long.MAX_VALUE));
        add(Float.class, float.class, number -> new Value.Float64(number), value ->
                (float) ((Value.Float64) value).value());
        add(Double.class, double.class, Value.Float64::new, value -> ((Value.Float64) value).value());
        add(String.class, Value.Text::new, FieldType::text);
        addText(BigDecimal.class, BigDecimal::new);
        addText(BigInteger.class, BigInteger::new);
        addText(UUID.class, UUID::fromString);
        addText(Instant.class, Instant::parse);
        addText(LocalDate.class, LocalDate::parse);
        addText(LocalDateTime.class, LocalDateTime::parse);
        addText(Duration.class, Duration::parse);
    }

    private static long int64(Value value, long greatest) {
        long number = ((Value.Int64) value).value();
        if (number > greatest || number < -greatest - 1) {
            throw new IllegalArgumentException(number + " is not within " + (-greatest - 1) + " and " + greatest);
        }
        return number;
    }

    private static String text(Value value) {
        return ((Value.Text) value).value();
    }

    @SuppressWarnings("unchecked") // Looked up by the class.
    private static <T> void add(Class<T> type, Function<T, Value> to, Function<Value, T> from) {
        SIMPLE.put(type, new FieldType(true, (Function<Object, Value>) to, (Function<Value, Object>) from));
    }

    @SuppressWarnings("unchecked") // A primitive is boxed where reflection hands it over.
    private static <T> void add(Class<T> type, Class<T> primitive, Function<T, Value> to, Function<Value, T> from) {
        add(type, to, from);
        SIMPLE.put(primitive, new FieldType(false, (Function<Object, Value>) to, (Function<Value, Object>) from));
    }

    /** A type whose text says all of it. */
    private static <T> void addText(Class<T> type, Function<String, T> parse) {
        add(type, object -> new Value.Text(object.toString()), value -> parse.apply(text(value)));
    }

    /**
     * The type of a component.
     *
     * @param where for messages
     * @throws IllegalArgumentException if it cannot be stored, or not without being changeable
     */
    static FieldType of(Type type, String where) {
        if (type instanceof Class<?> simple) {
            FieldType known = SIMPLE.get(simple);
            if (known != null) {
                return known;
            }
            if (simple.isEnum()) {
                return ofEnum(simple);
            }
            if (simple.isRecord()) {
                return ofRecord(new RecordSerializer<>(simple.asSubclass(Record.class)));
            }
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return ofList(of(generic.getActualTypeArguments()[0], where));
        }
        throw new IllegalArgumentException(where + " is of type " + type.getTypeName()
                + ", which cannot be stored. Possible are primitives and their boxes, String, enums, BigDecimal,"
                + " BigInteger, UUID, Instant, LocalDate, LocalDateTime, Duration, records of these, and lists of these."
                + " For others use another serializer.");
    }

    private static FieldType ofEnum(Class<?> type) {
        Map<String, Object> constants = new HashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
        return new FieldType(true, object -> new Value.Text(((Enum<?>) object).name()), value -> {
            Object constant = constants.get(text(value));
            if (constant == null) {
                throw new IllegalArgumentException(type.getName() + " has no constant " + text(value));
            }
            return constant;
        });
    }

    private static <R extends Record> FieldType ofRecord(RecordSerializer<R> serializer) {
        return new FieldType(
                true, object -> serializer.toValue(serializer.type().cast(object)), serializer::fromValue);
    }

    private static FieldType ofList(FieldType element) {
        return new FieldType(
                true,
                list -> RowBytes.toValue(
                        ((List<?>) list).stream().map(element::store).toList()),
                value ->
                        RowBytes.values(value).stream().map(element.fromValue()).toList());
    }

    private Value store(@Nullable Object element) {
        if (element == null) {
            throw new IllegalArgumentException("A list has a null element, which cannot be stored");
        }
        return toValue.apply(element);
    }
}
