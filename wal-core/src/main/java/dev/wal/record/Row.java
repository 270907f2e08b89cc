package dev.wal.record;

import java.util.List;

/**
 * A row: values by position. Immutable.
 *
 * @param values at most 65,535
 */
public record Row(List<Value> values) {
    /** Most values that a row can have. */
    public static final int MAX_VALUES = 65_535;

    public Row {
        values = List.copyOf(values);
        if (values.size() > MAX_VALUES) {
            throw new IllegalArgumentException("A row has at most " + MAX_VALUES + " values, not " + values.size());
        }
    }

    public static Row of(Value... values) {
        return new Row(List.of(values));
    }

    public Value value(int index) {
        return values.get(index);
    }
}
