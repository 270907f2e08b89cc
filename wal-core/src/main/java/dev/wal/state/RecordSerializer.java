package dev.wal.state;

import dev.wal.record.Value;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores the components of a Java record by their order, without names and types. Immutable. */
final class RecordSerializer<R extends Record> implements Serializer<R> {
    private final Class<R> type;
    private final List<Component> components = new ArrayList<>();
    private final Constructor<R> constructor;

    private record Component(String name, Method accessor, FieldType type) {}

    /** @throws IllegalArgumentException if a component cannot be stored */
    RecordSerializer(Class<R> type) {
        this.type = type;
        RecordComponent[] declared = type.getRecordComponents();
        Class<?>[] parameters = new Class<?>[declared.length];
        for (int i = 0; i < declared.length; i++) {
            parameters[i] = declared[i].getType();
            String where = "Component '" + declared[i].getName() + "' of " + type.getName();
            Method accessor = declared[i].getAccessor();
            accessor.setAccessible(true);
            components.add(
                    new Component(declared[i].getName(), accessor, FieldType.of(declared[i].getGenericType(), where)));
        }
        try {
            constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
        } catch (NoSuchMethodException e) {
            throw new LinkageError("a record has a canonical constructor", e);
        }
    }

    Class<R> type() {
        return type;
    }

    @Override
    public Value toValue(R object) {
        Value[] values = new Value[components.size()];
        for (int i = 0; i < values.length; i++) {
            Component component = components.get(i);
            Object field = invoke(component, object);
            values[i] =
                    field == null ? Value.ofNull() : component.type().toValue().apply(field);
        }
        return RowBytes.toValue(List.of(values));
    }

    private @Nullable Object invoke(Component component, R object) {
        try {
            return component.accessor().invoke(object);
        } catch (IllegalAccessException e) {
            throw new LinkageError("the accessor was made accessible", e);
        } catch (InvocationTargetException e) {
            throw failed("component '" + component.name() + "' cannot be read", e.getCause());
        }
    }

    @Override
    public R fromValue(Value value) {
        List<Value> values = RowBytes.values(value);
        if (values.size() != components.size()) {
            throw new IllegalArgumentException("What is stored has " + values.size() + " components, and "
                    + type.getName() + " has " + components.size()
                    + ". When a record class changes, raise the schema version of the map and add an upcaster.");
        }
        @Nullable Object[] arguments = new @Nullable Object[values.size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = read(components.get(i), values.get(i));
        }
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw failed("its constructor refused what is stored", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the constructor was made accessible, and records can be made", e);
        }
    }

    private @Nullable Object read(Component component, Value value) {
        if (value instanceof Value.Null && component.type().mayBeNull()) {
            return null;
        }
        try {
            return component.type().fromValue().apply(value);
        } catch (RuntimeException e) {
            throw failed("component '" + component.name() + "' cannot be read from " + value, e);
        }
    }

    private IllegalArgumentException failed(String what, @Nullable Throwable cause) {
        return new IllegalArgumentException("Record " + type.getName() + ": " + what + " (" + cause + ")", cause);
    }
}
