package dev.wal.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/** A value in a {@link Row}. Immutable: arrays are copied in and out. Equal by content. */
public sealed interface Value {

    static Value ofNull() {
        return Null.INSTANCE;
    }

    static Value of(boolean value) {
        return new Bool(value);
    }

    static Value of(long value) {
        return new Int64(value);
    }

    static Value of(double value) {
        return new Float64(value);
    }

    static Value of(String value) {
        return new Text(value);
    }

    static Value of(byte[] value) {
        return new Bytes(value);
    }

    /** No value. */
    record Null() implements Value {
        static final Null INSTANCE = new Null();
    }

    record Bool(boolean value) implements Value {}

    record Int64(long value) implements Value {}

    record Float64(double value) implements Value {}

    record Text(String value) implements Value {
        public Text {
            Objects.requireNonNull(value, "value");
        }
    }

    /** A moment, in microseconds since 1970-01-01T00:00Z. */
    record Timestamp(long micros) implements Value {}

    final class Bytes implements Value {
        private final byte[] value;

        public Bytes(byte[] value) {
            this(value, true);
        }

        private Bytes(byte[] value, boolean copy) {
            this.value = copy ? value.clone() : value;
        }

        /** The first bytes of an array. */
        public static Bytes copyOf(byte[] array, int length) {
            return new Bytes(Arrays.copyOf(array, length), false);
        }

        /** The bytes, to be read without a copy; little-endian. */
        public ByteBuffer buffer() {
            return ByteBuffer.wrap(value).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }

        /** Takes over an array that nobody else keeps. */
        static Bytes owning(byte[] value) {
            return new Bytes(value, false);
        }

        public byte[] value() {
            return value.clone();
        }

        public int length() {
            return value.length;
        }

        /** The array itself, for encoding. */
        byte[] array() {
            return value;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Bytes[" + value.length + "]";
        }
    }

    /** 32-bit floats. */
    final class Vector implements Value {
        private final float[] value;

        public Vector(float... value) {
            this.value = value.clone();
        }

        public float[] value() {
            return value.clone();
        }

        public int length() {
            return value.length;
        }

        /** The array itself, for encoding. */
        float[] array() {
            return value;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Vector vector && Arrays.equals(value, vector.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Vector" + Arrays.toString(value);
        }
    }
}
